"""Pictures as SVG text, each with a sentence for who can't see it. Knows readings and colours, no company and no page.

Every colour stands as a resolved attribute (mail, paper and slides take that) and beside it a class, by which a page's
style sheet gives it another value, as in the dark. Start with `thermometer` and `rope_map`.
"""
