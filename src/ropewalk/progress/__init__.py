"""Where plan meets fact: thermometers, activity, ropes, silence. It owns no table.

`world` gathers everything there is as of a day, in a fixed number of queries; `thermometers`, `activity` and `ropes` decide
from it; the modules that doors call (`maps`, `homes`, `people`, `figures`) take the viewer first and narrow by `companies.access`.
"""
