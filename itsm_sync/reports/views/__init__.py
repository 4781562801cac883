"""Numbers told: each family of measures as blocks of a document, in a language."""
