"""Pages and feeds over HTTP. Links come from the configuration only; GET and HEAD change nothing."""
