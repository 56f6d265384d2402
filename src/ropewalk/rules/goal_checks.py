"""The definition checks that ask about an initiative's goal: its figures, its shares, and what its data can bear.

Start with ``goal_findings``; ``checks`` calls it.
"""

from collections.abc import Iterator
from fractions import Fraction

from ropewalk.rules import intervals
from ropewalk.rules.exact import exact
from ropewalk.rules.finding import Finding, listed, said, said_day
from ropewalk.rules.plan_draft import GoalDraft, InitiativeDraft, Known, MetricDraft, PlanDraft
from ropewalk.rules.ratios import COVERED
from ropewalk.rules.shares import ADVISED_COVERAGE, EXPLAINED_COVERAGE

_TOLERATED = exact(0.1)  # of the way from baseline to target, between typed and computed baseline
_QUARTERS = 4


def goal_findings(plan: PlanDraft, initiative: InitiativeDraft, known: Known) -> Iterator[Finding]:
    """Everything these checks find about one initiative."""
    yield from _is_complete(plan, initiative)
    yield from _moves_the_right_way(initiative)
    yield from _is_covered(initiative, known)
    yield from _agrees_with_the_data(initiative, known)
    yield from _was_ever_reached(initiative, known)
    yield from _could_be_luck(initiative, known)
    yield from _has_a_companion(initiative)


def not_asked(initiative: InitiativeDraft, known: Known) -> Iterator[str]:
    """The codes of the checks that would need more of the company's data for this initiative."""
    key, metric = initiative.key, initiative.goal.metric
    if initiative.goal.is_cascaded and key not in (known.coverage or {}):
        yield "R08"
    if key not in (known.baselines or {}):
        yield "R11"
    if key not in (known.best or {}):
        yield "R12"
    if (metric is None or _is_counted_rate(metric)) and key not in (known.volumes or {}):
        yield "R16"


def _where(initiative: InitiativeDraft) -> str:
    return f"{initiative.key}/goal"


def _is_complete(plan: PlanDraft, initiative: InitiativeDraft) -> Iterator[Finding]:
    """R02: metric, baseline, target, and a due date inside the plan's year."""
    goal, where = initiative.goal, _where(initiative)
    parts = {"metric": goal.metric, "baseline": goal.baseline, "target": goal.target, "due date": goal.due}
    missing = [f"no {name}" for name, part in parts.items() if part is None]
    if missing:
        yield Finding(
            "R02",
            True,
            where,
            f"The goal of “{initiative.title}” has {listed(missing)}, so nobody could tell whether it was reached.",
            "Fill in what is missing; the baseline can be computed from the year before.",
        )
    span = f"{said_day(plan.first_day)} to {said_day(plan.last_day)}"
    for name, day in (("is due on", goal.due), ("starts on", goal.start)):
        if day is not None and not plan.first_day <= day <= plan.last_day:
            yield Finding(
                "R02",
                True,
                where,
                f"The goal of “{initiative.title}” {name} {said_day(day)}, outside the plan's year ({span}).",
                "Choose a day inside that year, and leave the rest to the next plan.",
            )
    if goal.start is not None and goal.due is not None and goal.due <= goal.start:
        yield Finding(
            "R02",
            True,
            where,
            f"The goal of “{initiative.title}” is due on {said_day(goal.due)}, and starts only on {said_day(goal.start)}.",
            "Let it start before it is due.",
        )
    yield from _rates_on_their_scale(initiative)


def _rates_on_their_scale(initiative: InitiativeDraft) -> Iterator[Finding]:
    goal = initiative.goal
    if goal.metric is None or goal.metric.unit != "rate":
        return
    is_lifted = goal.is_cascaded and goal.metric.kind == "ratio"  # odds of 0 % and 100 % can't be lifted
    for name, rate in (("baseline", goal.baseline), ("target", goal.target)):
        if rate is None or 0 < exact(rate) < 1 or (not is_lifted and exact(rate) in (0, 1)):
            continue
        yield Finding(
            "R02",
            True,
            _where(initiative),
            f"The {name} of “{initiative.title}” is {said(rate, goal.metric)}, and a rate that people can work"
            " towards lies between 0 and 100 %.",
            f"Write the {name} in percent, more than 0 % and less than 100 %.",
        )


def _moves_the_right_way(initiative: InitiativeDraft) -> Iterator[Finding]:
    """R03: the target lies on the better side of the baseline, and what adds up is better when higher."""
    goal, metric = initiative.goal, initiative.goal.metric
    if metric is None:
        return
    if metric.adds_up and metric.better == "lower":
        yield Finding(
            "R03",
            True,
            _where(initiative),
            f"“{initiative.title}” counts {metric.words}, where less is better: doing nothing at all would be on pace.",
            "Make it a rate or a mean, such as per deal or per month.",
        )
        return
    if goal.baseline is None or goal.target is None:
        return
    way = exact(goal.target) - exact(goal.baseline)
    if way == 0 or (way > 0) != (metric.better == "higher"):
        moves = "stays where it is" if way == 0 else "falls" if way < 0 else "rises"
        yield Finding(
            "R03",
            True,
            _where(initiative),
            f"“{initiative.title}” goes from {said(goal.baseline, metric)} to {said(goal.target, metric)}: it {moves},"
            f" and {metric.better} is better for {metric.words}.",
            f"Set a target that is {metric.better} than {said(goal.baseline, metric)}, or correct the baseline.",
        )


def _is_covered(initiative: InitiativeDraft, known: Known) -> Iterator[Finding]:
    """R08, and what over-assignment asks for (A01, A02)."""
    goal, metric = initiative.goal, initiative.goal.metric
    if not goal.is_cascaded or initiative.key not in (known.coverage or {}) or known.coverage is None:
        return
    part, where = exact(known.coverage[initiative.key]), f"{initiative.key}/shares"
    adds_up = metric is None or metric.adds_up
    if part < (1 if adds_up else exact(COVERED)):
        yield Finding(
            "R08",
            True,
            where,
            f"The shares of “{initiative.title}” {_carried(goal, part)}, {_short(goal, part)}.",
            "Spread the goal over the people again, raise shares set by hand, or lower the goal.",
        )
    elif part > ADVISED_COVERAGE and adds_up:
        over = (
            f"The shares of “{initiative.title}” {_carried(goal, part)}, {said((part - 1) * 100)} % over it"
        )
        if part <= EXPLAINED_COVERAGE:
            yield Finding(
                "A01",
                False,
                where,
                f"{over}: targets that nobody needs to meet are soon taken by nobody.",
                "Lower the over-assignment so that all levels together stay within 20 %.",
            )
        elif not goal.over_assignment_reason.strip():
            yield Finding(
                "A02",
                True,
                where,
                f"{over}, and no reason is written.",
                "Lower the over-assignment, or write why the goal is handed out more than 1.4 times over.",
            )


def _carried(goal: GoalDraft, part: Fraction) -> str:
    if goal.target is None:
        return f"cover {said(part * 100)} % of the goal"
    if goal.metric is None or goal.metric.adds_up:
        return f"add up to {said(exact(goal.target) * part, goal.metric)} of {said(goal.target, goal.metric)}"
    low = exact(goal.baseline) if goal.baseline is not None else exact(0)
    met = low + (exact(goal.target) - low) * part
    return f"come to {said(met, goal.metric)} where {said(goal.target, goal.metric)} is the goal"


def _short(goal: GoalDraft, part: Fraction) -> str:
    if goal.target is None or (goal.metric is not None and not goal.metric.adds_up):
        return f"{said(part * 100)} % of the way"
    return f"{said(exact(goal.target) * (1 - part), goal.metric)} short"


def _agrees_with_the_data(initiative: InitiativeDraft, known: Known) -> Iterator[Finding]:
    """R11: the typed baseline is off the computed one by more than a tenth of the way."""
    goal = initiative.goal
    if known.baselines is None or initiative.key not in known.baselines:
        return
    if goal.baseline is None or goal.target is None:
        return
    computed = exact(known.baselines[initiative.key])
    way, off = abs(exact(goal.target) - exact(goal.baseline)), abs(exact(goal.baseline) - computed)
    if off > _TOLERATED * way:
        yield Finding(
            "R11",
            False,
            _where(initiative),
            f"The baseline of “{initiative.title}” is typed as {said(goal.baseline, goal.metric)}, and the data of the"
            f" year before say {said(computed, goal.metric)}.",
            f"Take {said(computed, goal.metric)}, or write down why the data are wrong.",
        )


def _was_ever_reached(initiative: InitiativeDraft, known: Known) -> Iterator[Finding]:
    """R12: the target lies beyond the best four quarters, or the history is too short to say."""
    goal, metric = initiative.goal, initiative.goal.metric
    if known.best is None or initiative.key not in known.best or goal.target is None or metric is None:
        return
    best = known.best[initiative.key]
    if best.quarters < _QUARTERS or best.value is None:
        quarters = f"{best.quarters} full quarter{'' if best.quarters == 1 else 's'}"
        yield Finding(
            "R12",
            False,
            _where(initiative),
            f"Whether {said(goal.target, metric)} was ever reached can't be said for “{initiative.title}”: the data"
            f" hold {quarters}, and it takes four.",
            "Bring in older data, or write down what makes you believe in the target.",
        )
        return
    value, target = exact(best.value), exact(goal.target)
    if target > value if metric.better == "higher" else target < value:
        when = f" ({best.when})" if best.when else ""
        yield Finding(
            "R12",
            False,
            _where(initiative),
            f"{said(goal.target, metric)} for “{initiative.title}” lies beyond anything reached so far: the best four"
            f" quarters were those of {best.whose}{when}, with {said(best.value, metric)}.",
            "Say in the plan what will be different this year, or set a target within reach.",
        )


def _is_counted_rate(metric: MetricDraft) -> bool:
    return metric.kind == "ratio" and metric.unit == "rate" and metric.has_interval


def _could_be_luck(initiative: InitiativeDraft, known: Known) -> Iterator[Finding]:
    """R16: people or teams decide too few deals per window to tell the target from the baseline."""
    goal, metric = initiative.goal, initiative.goal.metric
    if metric is None or not _is_counted_rate(metric) or goal.baseline is None or goal.target is None:
        return
    low, high = exact(goal.baseline), exact(goal.target)
    if not (0 < low < 1 and 0 < high < 1) or low == high:
        return
    needed = intervals.needed(low, high)
    few = [each for each in (known.volumes or {}).get(initiative.key, ()) if exact(each.decided) < needed]
    if not few:
        return
    least = min(few, key=lambda each: exact(each.decided))
    count = exact(least.decided)
    interval = intervals.wilson(count * low, count)
    spread = (
        f"{said(low, metric)} of them may as well stand for anything from {round(interval[0] * 100, 1):g} % to"
        f" {round(interval[1] * 100, 1):g} %"
        if interval
        else "without a decided deal there is no rate at all"
    )
    others = f"; so it is for {len(few)} in all" if len(few) > 1 else ""
    yield Finding(
        "R16",
        False,
        _where(initiative),
        f"{least.name} is expected to decide {said(count)} deals in a window: {spread}{others}. It takes {needed:,}"
        f" decided deals to tell {said(low, metric)} from {said(high, metric)}.",
        "Judge small groups by what they do, and the rate only over more deals: a longer window or a larger team.",
    )


def _has_a_companion(initiative: InitiativeDraft) -> Iterator[Finding]:
    """R17: nothing beside the result would show that it is met by leaving deals out."""
    metric = initiative.goal.metric
    if metric is None or metric.tag != "result" or metric.companion:
        return
    example = (
        "the number of deals that enter, or open deals older than three median cycles"
        if metric.kind == "ratio"
        else "a rate or a mean that would suffer if it were bought"
    )
    yield Finding(
        "R17",
        False,
        _where(initiative),
        f"Nothing stands beside {metric.words} of “{initiative.title}” that would show it being met on paper only.",
        f"Name a companion metric: {example}.",
    )
