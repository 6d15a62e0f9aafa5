"""Records beside each other: which ones an address asks for, what they say alike and differently, and how they are related."""
