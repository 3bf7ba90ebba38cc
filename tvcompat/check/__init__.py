"""The static checker: which lines of a program do not work on which torchvision releases.

``files`` finds and reads them, ``resolve`` says what each name in them means, ``knowledge`` what the catalog knows of
it, each file in ``rules`` what is wrong with a use, and ``engine`` runs it all.
"""
