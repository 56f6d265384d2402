"""The columnar store of facts: the only place that knows an engine.

`for_company(id)` is the one way in; it reads and writes for that company alone. The engine gives back sums, counts, dates
and ids, nothing that was divided, averaged or rounded. Start with `reading`; `connection` says who may hold the file.
"""

from ropewalk.facts.store.connection import close
from ropewalk.facts.store.reading import CompanyStore, Statement, for_company
from ropewalk.facts.store.trouble import StoreAway, StoreBusy

__all__ = ["CompanyStore", "Statement", "StoreAway", "StoreBusy", "close", "for_company"]
