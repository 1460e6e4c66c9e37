"""Whether a page in a real browser is accessible and stays within its window."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

HEARD = ("serious", "critical", "moderate")
AXE = Axe()
# a colour read half-way from one state to the next is no colour of the page: whatever ends is awaited
SETTLED = """() => Promise.all(document.getAnimations()
    .filter(one => one.effect && Number.isFinite(one.effect.getComputedTiming().endTime))
    .map(one => one.finished.catch(() => null)))"""
# a window that `conftest` opens has it by it and reads it when it is asked for; another is sent it
BY_IT = f"window.axeByIt = () => {{{AXE.axe_script}}}"
AT_HAND = "() => { window.axe || window.axeByIt() }"
ASKED = """() => axe.run({resultTypes: ['violations']})
    .then(found => found.violations.map(v => [v.id, v.impact, v.nodes[0].html.slice(0, 120)]))"""
# search, bell and menu stand beside the title at every width: what a page adds must not push them below it.
# A page that fits its window scrolls inside its panels only: what reaches below it is a blank to get lost in
OVER = """() => {
    const root = document.documentElement, fixed = document.querySelector('.tl-fit');
    const fits = fixed && getComputedStyle(fixed).overflowY === 'hidden';
    const bell = document.querySelector('#bell'), title = document.querySelector('.tl-bar-title');
    const pushed = bell && title && bell.getBoundingClientRect().top >= title.getBoundingClientRect().bottom;
    return [...(root.scrollWidth > innerWidth ? ['sideways'] : []),
            ...(fits && root.scrollHeight > innerHeight ? ['blank below'] : []),
            ...(pushed ? ['the bell stands below the title'] : [])];
}"""


def look(page: Any) -> list[str]:
    """What axe finds serious; whether it runs out sideways, scrolls below itself into nothing, its bar falls apart."""
    page.evaluate(SETTLED)
    page.evaluate(AT_HAND)
    found = [f"{rule}: {html}" for rule, impact, html in page.evaluate(ASKED) if impact in HEARD]
    return found + list(page.evaluate(OVER))
