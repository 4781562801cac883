"""What the program costs, beside the floor of its servers and its peers, in one run."""
