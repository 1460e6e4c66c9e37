"""P9: one narrative sorted, beside scikit-learn on the same texts in the same run: ``python -m bench.sorting``.

Texts: the labelled samples (the two thirds that nobody read while frames were written), where they are present, else
whole letters of our own that the model saw (the speed is then the only fair figure). Peers, if scikit-learn is there
(``pip install scikit-learn``): character 1-4 TF-IDF with a linear SVM trained (a) on our own corpus, (b) on the
labelled samples themselves by five-fold cross-validation. An SVM gives no confidence: it answers everything.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from twinloop.decide import sorting
from twinloop.decide.sorting import corpus

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "data" / "narratives"  # beside the repository
READ = {"dev_short.jsonl": 0, "dev_messages.jsonl": 1}  # every third line from here was read by a person
Labelled = tuple[str, str]


def labelled(name: str) -> tuple[list[Labelled], list[bool]]:
    """Texts with labels, and which of them nobody read."""
    lines = [json.loads(line) for line in (SAMPLES / name).read_text("utf-8").splitlines() if line.strip()]
    return [(line["text"], line["type"] or line["kind"]) for line in lines], [n % 3 != READ[name] for n in
                                                                             range(len(lines))]  # fmt: skip


def macro_f1(true: Sequence[str], found: Sequence[str]) -> float:
    """Mean over the labels that occur in the truth."""
    each = []
    for label in sorted(set(true)):
        hit = sum(one == two == label for one, two in zip(true, found, strict=True))
        each.append(2 * hit / ((list(true).count(label) + list(found).count(label)) or 1))
    return sum(each) / len(each)


def timed(ask: Callable[[str], Any], texts: Sequence[str]) -> tuple[list[Any], str]:
    """Answers, and median and 99th percentile in ms of one text at a time, on the processor's clock."""
    ask(texts[0])
    answers, spent = [], []
    for text in texts:
        began = time.process_time()
        answers.append(ask(text))
        spent.append((time.process_time() - began) * 1000)
    return answers, f"{median(spent):5.2f} {quantiles(spent, n=100)[98]:5.2f}"


def show(name: str, true: list[str], found: list[str], speed: str, rest: str = "") -> None:
    right = sum(one == two for one, two in zip(true, found, strict=True)) / len(true)
    print(f"  {name:<44} {right:8.3f} {macro_f1(true, found):8.3f}   {speed}  {rest}", flush=True)


def ours(texts: list[Labelled]) -> None:
    found, speed = timed(sorting.sort, [text for text, _ in texts])
    true = [label for _, label in texts]
    kept = [(one, label) for one, label in zip(found, true, strict=True) if not one.abstained]
    hits = [one.label.value == label for one, label in zip(found, true, strict=True)]
    error = 0.0
    for low in range(10):
        inside = [n for n, one in enumerate(found) if min(int(one.confidence * 10), 9) == low]
        error += abs(sum(found[n].confidence - hits[n] for n in inside)) / len(found)
    sure = sum(one.label.value == label for one, label in kept) / max(1, len(kept))
    rest = f"ECE {error:.3f}; abstains on {1 - len(kept) / len(found):.0%}; right where it answers {sure:.1%}"
    show(f"twinloop {sorting.version()}", true, [one.label.value for one in found], speed, rest)


def svm(train: Sequence[Labelled]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-not-found,unused-ignore]
    from sklearn.pipeline import make_pipeline  # type: ignore[import-not-found,unused-ignore]
    from sklearn.svm import LinearSVC  # type: ignore[import-not-found,unused-ignore]

    line = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, sublinear_tf=True), LinearSVC(random_state=1)
    )
    return line.fit([text for text, _ in train], [label for _, label in train])


def folds(everything: list[Labelled], wanted: list[Labelled], parts: int = 5) -> list[str]:
    """Each wanted text answered by a machine that learnt from the other four fifths of the labelled samples."""
    answers: dict[str, str] = {}
    for part in range(parts):
        held = svm([one for n, one in enumerate(everything) if n % parts != part])
        mine = [text for n, (text, _) in enumerate(everything) if n % parts == part]
        answers |= dict(zip(mine, (str(found) for found in held.predict(mine)), strict=True))
    return [answers[text] for text, _ in wanted]


def main() -> None:
    files = {name: labelled(name) for name in READ if (SAMPLES / name).exists()}
    if not files:
        print("no folder 'shared' beside the repository: the labelled samples are left out")
    if not files:
        whole = [(text, label.value) for label, text in corpus.whole("letters")]
        files = {"our own letters (seen in training)": (whole, [True] * len(whole))}
    try:
        taught = svm([(one.text, one.label.value) for one in corpus.samples()])
    except ImportError:
        taught = None
        print("scikit-learn is not installed: no peer")
    everything = [one for texts, _ in files.values() for one in texts]
    for name, (texts, unread) in files.items():
        wanted = [one for one, new in zip(texts, unread, strict=True) if new]
        true = [label for _, label in wanted]
        print(f"{name}: {len(wanted)} texts{'':<22} accuracy macro-F1   ms: median, p99")
        ours(wanted)
        if taught is not None:
            found, speed = timed(lambda text: str(taught.predict([text])[0]), [text for text, _ in wanted])
            show("scikit-learn SVM, our corpus", true, found, speed)
            if len(files) > 1:
                show("scikit-learn SVM, labelled samples, 5 folds", true, folds(everything, wanted), "    –     –")


if __name__ == "__main__":
    main()
