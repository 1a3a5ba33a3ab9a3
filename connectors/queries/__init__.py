"""What the CLI and the console ask the store. Reads only, by parameters only."""

from connectors.queries.card_view import CardView, card_view
from connectors.queries.hit_list import hits
from connectors.queries.store_stats import stats

__all__ = ["CardView", "card_view", "hits", "stats"]
