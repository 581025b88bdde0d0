"""`publisher run`: the same passes as `publish`, on their times."""
