"""Values to what people read: mails and pages, through templates that are handed in."""
