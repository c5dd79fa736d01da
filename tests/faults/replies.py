"""Servers that answer badly, late, twice, in halves or not at all (F3 to F9)."""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from tests.faults.scene import Scene, address, scenario
from tests.faults.scripted_smtp import (
    CLOSE,
    KEEP_THEN_CLOSE,
    Answer,
    Phase,
    Rule,
    Step,
    Then,
    Turn,
    delayed,
    endless,
    half,
    raw,
    reply,
)


def once_for_each(answers: Iterable[Answer | None]) -> Rule:
    """One answer for each mail, when it comes for the first time; its repeat is taken as usual."""
    left, seen = iter(answers), set[str]()

    def answer(turn: Turn) -> Answer | None:
        if turn.message_id in seen:
            return None
        seen.add(turn.message_id)
        return next(left, None)

    return answer


@scenario("F3", "the connection ends after the final dot, without an answer: the mail was thrown away, or kept")
def no_answer_to_the_dot(scene: Scene) -> None:
    mails, each = scene.size((24, 3), (1_000, 100))
    scene.queue(mails)
    silences: list[Answer | None] = [CLOSE] * each + [KEEP_THEN_CLOSE] * each + [None] * (mails - 2 * each)
    scene.random.shuffle(silences)
    scene.server.always(Phase.AFTER_DOT, once_for_each(silences))
    scene.work_until_settled(scene.size(60, 600))
    compared = scene.judge(repeats=each)
    scene.claim(len(compared.uncertain) == 2 * each, f"{len(compared.uncertain)} of {2 * each} marked uncertain")


@scenario("F4", "the connection ends at the banner, EHLO, MAIL, RCPT, DATA or in the middle of the body")
def drops_before_the_dot(scene: Scene) -> None:
    times = scene.size(1, 30)
    phases = (Phase.BANNER, Phase.EHLO, Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.MID_BODY)
    scene.queue(len(phases) * 2 * times)
    for phase in phases:
        scene.server.next(phase, *[None, CLOSE] * times)
    scene.work_until_settled(scene.size(60, 600))
    compared = scene.judge()
    scene.measure(most_copies=compared.most_copies)


@scenario("F4b", "hostile answers at every phase: binary, endless, half, misleading, two at once")
def hostile_answers(scene: Scene) -> None:
    strange = (
        raw(b"250 \x00\xff\xfe kept\r\n"),
        raw(b"\x00\xff\x00\xff\r\n", Then.CLOSE),
        raw(b"what was that?\r\n"),
        reply("250-and", "250-so on", "250 kept"),
        reply("250 kept", "250 kept again"),
        reply("999 beyond"),
        endless(),
        half("250 ke"),
    )
    scene.scale = scene.size(1 / 300, scene.scale)
    scene.queue(scene.size(40, 200))
    for phase in (Phase.BANNER, Phase.EHLO, Phase.MAIL, Phase.RCPT, Phase.DATA):
        scene.server.next(phase, *scene.random.sample(strange, scene.size(2, len(strange))))
    scene.server.always(Phase.AFTER_DOT, once_for_each(strange))
    scene.work_until_settled(scene.size(60, 240))
    scene.judge(repeats=len(strange))
    scene.claim(not scene.pauses(), f"it paused for nonsense: {scene.pauses()}")
    scene.claim(scene.suppressed() == 0, f"{scene.suppressed()} addresses suppressed by answers that make no sense")


@scenario("F4c", "answers that nobody asked for: to a body that has not arrived, and a refusal behind a consent")
def unasked_answers(scene: Scene) -> None:
    """A refusal that nobody asked for may pause the queue, since it may be read as one of the sender."""
    scene.queue(scene.size(20, 100))
    scene.server.next(Phase.DATA, None, raw(b"354 go ahead\r\n250 2.0.0 kept\r\n", Then.CLOSE))
    scene.server.always(Phase.AFTER_DOT, once_for_each((None, None, None, reply("250 kept", "550 5.1.1 no such user"))))
    with scene.some_workers():
        scene.until(lambda: not scene.unsettled() or bool(scene.pauses()), "it stood still")
    if scene.pauses():
        scene.resume()
    scene.work_until_settled()
    scene.judge()
    failed = scene.states().get("failed", 0)
    scene.claim(
        failed == scene.suppressed() == 0, f"{failed} failed, {scene.suppressed()} suppressed, at no fault of theirs"
    )


@scenario("F5", "the answer to the final dot comes late, but within ten minutes")
def late_answers(scene: Scene) -> None:
    delays = [scene.scaled(seconds) for seconds in scene.size((90,), (60, 240, 590))]
    scene.queue(scene.size(6, 12))
    scene.server.always(Phase.AFTER_DOT, once_for_each(map(delayed, delays)))
    scene.settle(60 + sum(delays))
    compared = scene.judge()
    scene.claim(compared.most_copies == 1, f"{compared.most_copies} copies")
    scene.claim(scene.most_attempts() == 1, f"{scene.most_attempts()} attempts for one mail")


@scenario("F6", "greylisting: who is not known for five minutes is put off")
def greylisting(scene: Scene) -> None:
    scene.scale = scene.size(1 / 120, scene.scale)
    first: dict[tuple[str, str], float] = {}

    def put_off(turn: Turn) -> Answer | None:
        known_since = first.setdefault((turn.sender, turn.recipient), time.monotonic())
        return reply("451 4.7.1 greylisted") if time.monotonic() - known_since < scene.scaled(300) else None

    scene.server.always(Phase.RCPT, put_off)
    scene.queue(scene.size(8, 200))
    began = time.time()
    scene.settle(60 + scene.scaled(1_800))
    scene.judge()
    took = max(event.at for event in scene.server.events(Step.KEPT)) - began
    scene.measure(seconds_until_all_sent=took)
    scene.claim_in_time(took, scene.scaled(900), "all sent")


@scenario("F7", "421 on every connection for half an hour")
def server_away(scene: Scene) -> None:
    scene.queue(scene.size(30, 500))
    outage = scene.scaled(scene.size(80, 1_800))
    over = time.monotonic() + outage
    scene.server.always(
        Phase.BANNER,
        lambda _: replace(reply("421 4.3.2 busy"), then=Then.CLOSE) if time.monotonic() < over else None,
    )
    with scene.some_workers() as working:
        time.sleep(outage)
        connects = len(scene.server.events(Step.CONNECTED))
        scene.until_settled(60 + scene.scaled(300))
        drained = time.monotonic() - over
        alive = sum(worker.alive for worker in working)
    scene.judge()
    bound = outage / scene.scaled(10) + scene.workers
    scene.measure(connects=connects, connects_allowed=bound, seconds_to_drain=drained)
    scene.claim(connects <= bound, f"{connects} connects while it was away, at most {bound:.0f} may be")
    scene.claim_in_time(drained, scene.scaled(300), "drained, once it was back,")
    scene.claim(scene.most_attempts() <= 1, f"{scene.most_attempts()} attempts counted for a mail")
    scene.claim(alive == scene.workers, f"{alive} of {scene.workers} workers still lived")


@scenario("F8a", "535 to the password")
def password_refused(scene: Scene) -> None:
    scene.server.login = ("convene", "the new one")
    _refused_as_a_sender(scene, "convene:the%20old%20one@", Step.LOGGED_IN)


@scenario("F8b", "550 to MAIL FROM")
def sender_refused(scene: Scene) -> None:
    scene.server.always(Phase.MAIL, reply("550 5.7.1 you may not send from there"))
    _refused_as_a_sender(scene, "", Step.MAIL)


@scenario("F8c", "550 5.7.1 to RCPT")
def sending_refused(scene: Scene) -> None:
    scene.server.always(Phase.RCPT, reply("550 5.7.1 blocked by our policy"))
    _refused_as_a_sender(scene, "", Step.RCPT)


def _refused_as_a_sender(scene: Scene, login: str, tried: Step) -> None:
    """The queue pauses with the reason, nothing fails, and once it is mended and resumed everything leaves."""
    scene.queue(scene.size(8, 100))
    url = scene.server.url.replace("://", f"://{login}")
    with scene.some_workers(smtp_url=url):
        scene.until(lambda: bool(scene.pauses()), "the queue was not paused")
        tries = len(scene.server.events(tried))
        time.sleep(1.5)
        further = len(scene.server.events(tried)) - tries
    scene.measure(tries=tries + further)
    scene.claim(tries + further <= 6, f"{tries + further} tries, at most 6 an hour may be")
    scene.claim(set(scene.states()) == {"planned"}, f"the notices became {scene.states()}")
    scene.claim(scene.suppressed() == 0, f"{scene.suppressed()} addresses suppressed")
    scene.server.login = None
    scene.server.behave()
    scene.resume()
    scene.settle()
    scene.judge()


@scenario("F9", "550 5.1.1, 552 5.2.2 and 450 to some of many recipients")
def some_recipients_refused(scene: Scene) -> None:
    mails, each = scene.size((20, 2), (1_000, 100))
    answers = ("550 5.1.1 no such user", "552 5.2.2 mailbox full", "450 4.2.1 try later")
    chosen = scene.random.sample(range(mails), each * len(answers))
    refusals = {address(number): answers[place % len(answers)] for place, number in enumerate(chosen)}

    def refuse(turn: Turn) -> Answer | None:
        return reply(refusals[turn.recipient]) if turn.recipient in refusals else None

    scene.server.always(Phase.RCPT, refuse)
    scene.queue(mails)
    with scene.some_workers():
        scene.until(lambda: scene.states().get("sent", 0) + len(refusals) == mails, "the others were not all sent")
        scene.until(lambda: scene.states().get("failed", 0) == 2 * each, "the refused ones did not fail")
    scene.claim(scene.suppressed() == each, f"{scene.suppressed()} addresses suppressed, {each} are unknown there")
    scene.now += timedelta(days=14, hours=1)  # the event has begun
    scene.settle()
    compared = scene.judge()
    scene.claim(compared.sent == mails - len(refusals), f"{compared.sent} sent")
