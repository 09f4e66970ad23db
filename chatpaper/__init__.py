"""ChatPaper: a paper goes in, a digest that proves itself comes out."""
