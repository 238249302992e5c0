"""Where returned mails are read from: a maildir, an mbox, a file, standard input."""

import io
import mailbox
import sys

import pytest
from django.core.management import CommandError, call_command

from core.services.bounces import messages_in, messages_of, record
from tests.core.notifications.returned import postfix
from tests.core.notifications.test_bounces import HOSTILE

pytestmark = pytest.mark.django_db


def test_a_maildir_is_read_once(sent, tmp_path):
    box = mailbox.Maildir(tmp_path / "retours")
    box.add(postfix(sent))
    box.add(b"From: a@example.org\r\n\r\nBonjour")
    assert record(messages_in(tmp_path / "retours")).messages == 2
    assert record(messages_in(tmp_path / "retours")).messages == 0
    assert len(mailbox.Maildir(tmp_path / "retours", create=False)) == 2, "nothing is thrown away"


def test_an_mbox_a_file_and_standard_input(sent, tmp_path, capsys, monkeypatch):
    box = mailbox.mbox(tmp_path / "mbox")
    box.add(postfix(sent))
    box.add(b"From: a@example.org\n\nBonjour\n\n>From ici\n")
    box.close()
    call_command("read_bounces", str(tmp_path / "mbox"))
    assert "2 read: 1 returned (1 for good), 0 known, 0 unsubscribed, 1 ignored." in capsys.readouterr().out
    (tmp_path / "retour.eml").write_bytes(postfix(sent))
    call_command("read_bounces", str(tmp_path / "retour.eml"))
    assert "0 returned" in capsys.readouterr().out
    stdin = io.TextIOWrapper(io.BytesIO(postfix(sent)))
    monkeypatch.setattr(sys, "stdin", stdin)
    call_command("read_bounces")
    assert "1 known" in capsys.readouterr().out


def test_a_path_that_is_none_is_told(tmp_path):
    for path in (tmp_path / "absent", tmp_path):
        with pytest.raises(CommandError):
            call_command("read_bounces", str(path))


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_any_stream_is_split_without_harm(raw):
    assert isinstance(list(messages_of(io.BytesIO(raw))), list)
    assert isinstance(list(messages_of(io.BytesIO(b"From x\n" + raw))), list)
