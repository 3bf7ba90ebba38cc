"""What the names in a file stand for, and every place where the file uses torchvision.

From the bottom up:

- ``conditions`` and ``values`` are the domain: what holds where code runs, and what a name may stand for; ``branches``
  tells values apart that are bound where conditions exclude one another, ``images`` tells images from tensors;
- ``environment`` has the names in scope, ``recorder`` takes what is found, ``facts`` are the questions asked outside;
- ``text``, ``members``, ``dictionaries``, ``targets``, ``builtins``, ``calls`` and ``expressions`` evaluate
  expressions, ``versions`` computes them for each release in turn, as they are and, by ``version_texts``, as they were
  meant; ``configured`` reads dictionaries that name what is called with the rest of them;
- ``control_flow``, ``imports`` and ``statements`` walk statements; ``functions`` defers bodies, ``relevance`` says
  which are worth it, and ``forwarding`` follows ``**kwargs`` through them;
- ``doctests`` finds examples in docstrings, ``module`` puts the parts together, and ``uses`` are what comes out.

Nothing here knows a rule, and nothing imports from the rest of the checker.
"""
