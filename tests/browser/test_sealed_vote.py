"""A sealed vote in real browsers: the key, a ballot, a lost phone, the printed backup; and the seal against PyNaCl."""

import re
from hashlib import blake2b

import pytest
from django.urls import reverse
from nacl.public import Box, PrivateKey, PublicKey, SealedBox

from deliberation import rules
from deliberation.services import sealed, voting_rules
from tests.deliberation.conftest import room as _room
from tests.deliberation.sealing import cast, grown, prepared, voters

pytestmark = [pytest.mark.django_db(transaction=True)]

room = _room
LIBRARY = "/static/vendor/sealedbox/sealedbox.min.js"
SEAL = """async ([library, message, key, secret]) => {
    const { seal } = await import(library);
    const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
    const own = secret && { publicKey: bytes(secret[0]), secretKey: bytes(secret[1]) };
    const box = own ? seal(bytes(message), bytes(key), own) : seal(bytes(message), bytes(key));
    return Array.from(box, (byte) => byte.toString(16).padStart(2, "0")).join("");
}"""


@pytest.fixture
def big(room):
    voting_rules.seed(now=room.now)
    return grown(room)


def test_the_browser_seals_as_libsodium_does(page, phone, live_server):
    """Vectors with a fixed ephemeral key, byte for byte; random seals open with PyNaCl."""
    page.goto(live_server.url + reverse("login"))
    for number in range(1, 6):
        own, receiver = PrivateKey(bytes([number]) * 32), PrivateKey(bytes([number + 100]) * 32)
        message = rules.ballot_message("yes") if number % 2 else bytes(range(number * 7))
        keys = bytes(own.public_key) + bytes(receiver.public_key)
        nonce = blake2b(keys, digest_size=24).digest()
        wanted = bytes(own.public_key) + Box(own, receiver.public_key).encrypt(message, nonce).ciphertext
        secret = [bytes(own.public_key).hex(), bytes(own).hex()]
        asked = [LIBRARY, message.hex(), bytes(receiver.public_key).hex()]
        assert page.evaluate(SEAL, [*asked, secret]) == wanted.hex()
        sealed_box = bytes.fromhex(page.evaluate(SEAL, [*asked, None]))
        assert SealedBox(receiver).decrypt(sealed_box) == message


def test_a_sealed_vote_with_a_lost_phone(page, live_server, big, sign_in, axe, screen):
    poll = prepared(big)
    home = live_server.url + reverse("poll", args=[poll.pk])

    # The teller makes the key on a phone and writes the backup down.
    sign_in(big.deputy)
    page.goto(live_server.url + reverse("poll-step", args=[poll.pk, "key"]))
    page.get_by_role("button", name="在本机生成密钥").click()
    axe(page)
    backup = page.locator("[data-private-key]").inner_text()
    assert re.fullmatch(r"([0-9a-f]{4} ){15}[0-9a-f]{4}", backup)
    page.get_by_role("button", name="备份好了，登记密钥").click()
    page.wait_for_url(home)
    poll.refresh_from_db()
    assert PrivateKey(bytes.fromhex(backup.replace(" ", ""))).public_key == PublicKey(bytes.fromhex(poll.public_key))

    # A voter votes; what leaves the device says nothing of the choice.
    poll = sealed.begin_poll(actor=big.joint, poll=poll, now=big.now)
    sign_in(big.daxing)
    page.goto(home)
    axe(page)
    boxes = [page.get_by_role("button", name=name, exact=True).bounding_box() for name in ("赞成", "反对", "弃权")]
    assert len({(round(box["width"]), round(box["height"]), round(box["y"])) for box in boxes}) == 1
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="反对", exact=True).click()
    fields = set(re.findall(r"(\w+)=", sent.value.post_data))
    assert fields == {"csrfmiddlewaretoken", "form_key", "sealed_ballot"}
    page.wait_for_url(home)
    assert "您已投票" in page.get_by_role("main").inner_text()
    assert "反对" not in page.get_by_role("main").inner_text()
    for person in voters(poll):
        if person != big.daxing:
            cast(big, poll, person)
    sealed.stop_poll(actor=big.joint, poll=poll, now=big.now)

    # The phone with the key is lost: another device, and the printed backup.
    page.evaluate("localStorage.clear()")
    sign_in(big.deputy)
    page.goto(live_server.url + reverse("poll-step", args=[poll.pk, "unseal"]))
    axe(page)
    page.get_by_label("密钥").fill(backup[:-1] + ("0" if backup[-1] != "0" else "1"))
    page.get_by_role("button", name="开票").click()
    assert "密钥不对" in page.get_by_role("main").inner_text()
    page.get_by_label("密钥").fill(backup)
    page.get_by_role("button", name="开票").click()
    page.wait_for_url(home)
    main = page.get_by_role("main").inner_text()
    assert "赞成 7" in main
    assert "反对 1" in main
    axe(page)


def test_the_device_that_made_the_key_fills_it_in_and_forgets_it(page, live_server, big, sign_in, phone):
    poll = prepared(big)
    sign_in(big.deputy)
    page.goto(live_server.url + reverse("poll-step", args=[poll.pk, "key"]))
    page.get_by_role("button", name="在本机生成密钥").click()
    page.get_by_role("button", name="备份好了，登记密钥").click()
    page.wait_for_url("**" + reverse("poll", args=[poll.pk]))
    poll = sealed.begin_poll(actor=big.joint, poll=poll, now=big.now)
    cast(big, poll, big.joint)
    sealed.stop_poll(actor=big.joint, poll=poll, now=big.now)
    page.goto(live_server.url + reverse("poll-step", args=[poll.pk, "unseal"]))
    page.get_by_role("button", name="开票").click()
    page.wait_for_url("**" + reverse("poll", args=[poll.pk]))
    page.wait_for_function("Object.keys(localStorage).every((key) => !key.startsWith('lc:seal:'))")
    poll.refresh_from_db()
    assert (poll.state, poll.yes) == ("closed", 1)
