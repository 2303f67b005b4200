"""Draw the results of the evaluations as PNG files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

INK, GOOD, FAINT = "#1d1c1d", "#2d7d7d", "#b8c4c2"
SHADES = ("#b8c4c2", "#8fb3b0", "#5d9a97", "#2d7d7d")


def bars(ways: Mapping[str, Mapping[str, float]], path: Path, title: str) -> None:
    """Draw a group of bars for each metric (0..1), with one bar for each way: way -> metric -> value."""
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.add_subplot()
    names = list(next(iter(ways.values())))
    width = 0.8 / len(ways)
    for at, (way, values) in enumerate(ways.items()):
        places = [x + at * width for x in range(len(names))]
        drawn = axes.bar(places, [values[name] for name in names], width, label=way, color=SHADES[at % len(SHADES)])
        axes.bar_label(drawn, fmt="%.2f", fontsize=8, color=INK)
    axes.set_xticks([x + 0.4 - width / 2 for x in range(len(names))], names)
    axes.set_ylim(0, 1.08)
    axes.set_title(title, loc="left")
    axes.legend(loc="lower right", fontsize=8)
    _save(figure, path)


def precision_coverage(
    curve: Sequence[tuple[float, float]], chosen: tuple[float, float], path: Path, title: str
) -> None:
    """Draw precision against coverage. `curve` lists (coverage, precision), both 0..1; `chosen` is the gate's point."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([x for x, _ in curve], [y for _, y in curve], color=GOOD)
    axes.plot(
        *chosen, marker="o", color=INK, linestyle="none", label=f"answered {chosen[0]:.0%}, right {chosen[1]:.0%}"
    )
    axes.axhline(0.95, color=FAINT, linewidth=1)
    axes.set(
        xlim=(0, 1.02), ylim=(0, 1.02), xlabel="answerable questions that are answered", ylabel="answers that are right"
    )
    axes.set_title(title, loc="left")
    axes.legend(loc="lower left")
    _save(figure, path)


def reliability(bins: Sequence[tuple[float, float, int]], path: Path, title: str) -> None:
    """Draw a reliability diagram. `bins` lists (mean predicted probability, share that was right, number)."""
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=1)
    axes.plot([x for x, _, _ in bins], [y for _, y, _ in bins], marker="o", color=GOOD)
    for x, y, number in bins:
        axes.annotate(str(number), (x, y), textcoords="offset points", xytext=(6, -10), fontsize=8, color=INK)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="predicted probability", ylabel="share that was right")
    axes.set_title(title, loc="left")
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
