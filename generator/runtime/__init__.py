"""What every generated package carries along, word for word: it imports the standard library and msgspec only."""
