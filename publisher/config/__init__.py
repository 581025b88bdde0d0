"""From the file and the environment to settings, with every mistake named at once."""
