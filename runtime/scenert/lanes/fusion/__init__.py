"""Large arrays: equations that work row by row on arrays of equal length become one loop.

Scalars of a large array are not written out one by one. A jaxpr is rewritten before it is
scalarized, into one that means the same:

- flatten.py   calls of inner functions are replaced by what they compute
- rowwise.py   what one equation does to a single row of its operands
- schedule.py  equations sorted into groups, so that a group's rows can be computed one by one
- loops.py     a group as one scan over rows: nothing within it is ever a whole array
- fuse.py      all of it

Small robots have no arrays of so many rows and are left as they are.
"""
