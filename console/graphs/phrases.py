"""What a picture says of cards and of what went between them, in few words and in full."""

from console.graphs.brief import brief, yuan
from console.graphs.graph import Edge, Node, Sum
from console.masked_card import masked
from console.render import when
from console.render import yuan as whole_yuan
from console.texts import Texts


class Phrases:
    """Words for pictures of money (``txn``) or calls (``cdr``).

    Parameters
    ----------
    elsewhere : frozenset of str
        Cards whose numbers stay masked though a purpose was stated.
    """

    def __init__(self, t: Texts, topic: str, elsewhere: frozenset[str] = frozenset()):
        self._t, self._is_money, self._elsewhere = t, topic == "txn", elsewhere

    def number(self, card: str) -> str:
        return masked(card) if card in self._elsewhere else card.partition(":")[2]

    def amount(self, total: Sum) -> str:
        """Money, or how long was talked."""
        return yuan(total.amount_fen, self._t) if self._is_money else self._talk(total.talk_s)

    def in_full(self, total: Sum) -> str:
        return f"{whole_yuan(total.amount_fen)} {self._t('graph.yuan')}" if self._is_money else self._talk(total.talk_s)

    def edge(self, edge: Edge) -> str:
        """Beside a line."""
        if 0 < edge.tainted_fen < 0.9 * edge.sum.amount_fen:
            return self._t("graph.of_it_tainted", many=self.many(edge.sum), amount=yuan(edge.tainted_fen, self._t))
        return self.many(edge.sum)

    def many(self, total: Sum) -> str:
        """Amount and number; of calls also how many were answered."""
        if self._is_money:
            return f"{self.amount(total)} ×{brief(total.n, self._t)}"
        return self._t("graph.calls_brief", n=brief(total.n, self._t), talk=self.amount(total),
                       share=self.answered(total))

    def answered(self, total: Sum) -> str:
        return f"{100 * total.answered / total.n:.0f}%" if total.n else ""

    def edge_in_full(self, edge: Edge) -> str:
        said = [f"{self.number(edge.source)} → {self.number(edge.target)}", self.in_full(edge.sum),
                self._t("graph.times", n=edge.sum.n)]
        if not self._is_money:
            said.append(self._t("graph.answered_share", share=self.answered(edge.sum)))
        said.append(f"{when(edge.sum.first_ms)} – {when(edge.sum.last_ms)}")
        if edge.tainted_fen:
            said.append(self._t("graph.tainted_of", amount=whole_yuan(edge.tainted_fen), hops=edge.taint_hops))
        if self._is_money and edge.is_cash:
            said.append(self._t("graph.cash"))
        return " · ".join(said)

    def totals(self, node: Node) -> str:
        """What came in and what went out."""
        came, went = node.total_in, node.total_out
        if self._is_money:
            return self._t("graph.totals_money", came=yuan(came.amount_fen, self._t),
                           went=yuan(went.amount_fen, self._t))
        return self._t("graph.totals_calls", came=brief(came.n, self._t), went=brief(went.n, self._t))

    def standing(self, node: Node) -> str:
        """What is known against a card, in one line: taint before all else."""
        said = []
        if node.taint and node.taint["source"]:
            said.append(self._t("graph.source"))
        elif node.taint:
            said.append(self._t("graph.taint_brief", share=f"{100 * node.taint['share']:.0f}%",
                                hops=node.taint["least_hops"]))
        if node.is_cash:
            said.append(self._t("graph.cash_end"))
        if node.is_busy:
            said.append(self._t("graph.busy"))
        return " · ".join(said)

    def badges(self, node: Node) -> list[tuple[str, str]]:
        """Verdict and level, each with its kind."""
        said = [(self._t.of("verdict", node.verdict), node.verdict)] if node.verdict else []
        return said + ([(f"{self._t.of('level', node.level)} {node.risk}", node.level)] if node.level else [])

    def node_in_full(self, node: Node) -> str:
        said = [self.number(node.card), *(text for text, _ in self.badges(node)), self.standing(node)]
        if not node.is_busy:
            said.append(self.totals(node))
        if node.taint:
            said.append(self._t("graph.lies", amount=whole_yuan(node.taint["here_fen"])))
        for total, name in zip(node.others, ("graph.others_in", "graph.others_out")):
            if total.n:
                said.append(f"{self._t(name, n=total.parties)} {self.in_full(total)}")
        said.append(self._t("graph.centre") if node.is_centre else self._t("graph.hops_away", n=node.hops))
        return " · ".join(filter(None, said))

    def others(self, total: Sum) -> list[str]:
        return [self._t("graph.others", n=brief(total.parties, self._t)), self.many(total)]

    def column(self, at: int) -> str:
        """Over a column."""
        if at == 0:
            return self._t("graph.here")
        if self._is_money:
            return self._t("graph.paid_it" if at < 0 else "graph.was_paid", n=abs(at))
        return self._t("graph.called_it" if at < 0 else "graph.was_called", n=abs(at))

    def _talk(self, seconds: int) -> str:
        if seconds < 60:
            return f"{seconds} {self._t('unit.s')}"
        minutes = seconds / 60
        return f"{minutes:.0f} {self._t('unit.min')}" if minutes < 100 else f"{minutes / 60:.0f} {self._t('unit.h')}"
