"""Where reports go: a folder, Redmine's wiki, news and tickets, mail. Each knows its own proof."""
