"""The page of the components: each in every state, with made-up records."""
