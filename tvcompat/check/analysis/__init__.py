"""What the names in a file stand for, and every place where the file uses torchvision.

From the bottom up:

- ``conditions`` and ``values`` are the domain: what holds where code runs, and what a name may stand for;
- ``environment`` has the names in scope, ``recorder`` takes what is found, ``facts`` are the questions asked outside;
- ``text``, ``members``, ``dictionaries``, ``targets``, ``builtins``, ``calls`` and ``expressions`` evaluate
  expressions, ``versions`` computes them for each release in turn;
- ``control_flow``, ``imports`` and ``statements`` walk statements; ``functions`` defers bodies, ``relevance`` says
  which are worth it, and ``forwarding`` follows ``**kwargs`` through them;
- ``module`` puts the parts together, and ``uses`` are what comes out.

Nothing here knows a rule, and nothing imports from the rest of the checker.
"""
