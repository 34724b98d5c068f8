"""查询码: hard to guess, easy to copy."""

from kit import tickets


def test_a_ticket_has_enough_chance_in_it_and_survives_being_copied():
    made = {tickets.new_ticket() for _ in range(2000)}
    assert len(made) == 2000
    assert len(tickets.ALPHABET) ** tickets.LENGTH > 2**58
    assert not set("01ILO") & set(tickets.ALPHABET)
    ticket = made.pop()
    for typed in (tickets.written(ticket), ticket.lower(), f"　{ticket[:6]} {ticket[6:]}　"):
        assert tickets.read(typed) == ticket
    for wrong in ("", ticket[:-1], ticket + "A", "O" * 12, "' OR 1=1 --  "):
        assert tickets.read(wrong) == ""
