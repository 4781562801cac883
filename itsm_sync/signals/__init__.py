"""DECIDE, of what machines notice: items become observations, observations episodes, and episodes
what their tickets say. Pure."""
