"""matrix: the R&R matrix as text, Markdown, CSV, Excel, HTML and JSON."""
