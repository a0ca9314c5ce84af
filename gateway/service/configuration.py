"""What this process knows of the tenant's configuration; it holds for a whole call.

Every process keeps the configuration that it read last. The database counts its changes: a call learns the
count together with its session and reads the configuration again only when the count has moved, so that a
change holds everywhere from the next call on and costs the others nothing.
"""

from gateway.service.ports import Store, Transaction
from gateway.service.tenant import NOTHING_CONFIGURED, Configuration


class Configurations:
    """What this process knows of the tenant's configuration.

    Args:
        store: Where it is kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: Configuration | None = None

    def at(self, revision: int) -> Configuration:
        """Return the configuration of a call that found this revision."""
        known = self._known
        return known if known is not None and known.revision == revision else self.current()

    def current(self) -> Configuration:
        """Read the configuration."""
        self._known = self._store.read(lambda tx: tx.configuration())
        return self._known

    def held(self, tx: Transaction) -> Configuration:
        """Return the configuration as it is, and keep it from changing until the transaction ends."""
        revision = tx.hold_revision()
        known = self._known
        if known is None or known.revision != revision:
            known = self._known = tx.configuration()
        return known

    def known(self) -> Configuration:
        """Return what was read last."""
        return self._known or NOTHING_CONFIGURED
