"""Backups are real age files: two other programs read them, and a changed byte is seen."""

import io
import os
import random
import select

import needed
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.backup_age import CHUNK, MOST_WORK, Opened, PassphraseError, Sealed
from geo.errors import InputError

SECRET = "kuda batu hujan pena"


def sealed(plain, secret=SECRET, *, step=70_000, work=4):
    out = io.BytesIO()
    writer = Sealed(out, secret, work=work)
    for at in range(0, len(plain), step):
        writer.write(plain[at : at + step])
    writer.close()
    return out.getvalue()


def opened(raw, secret=SECRET, *, size=-1):
    reader, parts = Opened(io.BytesIO(raw), secret, name="x.tapak"), []
    while part := reader.read(size):
        parts.append(part)
    return b"".join(parts)


SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 77)


@pytest.mark.parametrize("size", SIZES)
def test_rage_reads_what_we_write(size):
    pyrage = pytest.importorskip("pyrage")
    plain = random.Random(size).randbytes(size)
    assert pyrage.passphrase.decrypt(sealed(plain), SECRET) == plain


def test_we_read_what_rage_writes():
    pyrage = pytest.importorskip("pyrage")
    plain = random.Random(1).randbytes(CHUNK + 5)
    raw = pyrage.passphrase.encrypt(plain, SECRET)
    if int(raw.split(b"\n")[1].split()[-1]) > MOST_WORK:
        pytest.skip("rage works for a second: on a machine so quick that is over 1 GiB")
    assert opened(raw) == plain


def test_the_program_age_reads_what_we_write(tmp_path):
    """It takes a passphrase from a terminal only, so it is given one."""
    program = needed.program("age")
    pty = pytest.importorskip("pty")
    plain = random.Random(2).randbytes(2 * CHUNK + 9)
    (tmp_path / "x.tapak").write_bytes(sealed(plain))
    child, terminal = pty.fork()
    if child == 0:
        os.execv(program, ["age", "-d", "-o", str(tmp_path / "x"), str(tmp_path / "x.tapak")])
    asked = b""
    while b"assphrase" not in asked:
        assert select.select([terminal], [], [], 20)[0], asked
        asked += os.read(terminal, 1000)
    os.write(terminal, f"{SECRET}\n".encode())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)
    assert (tmp_path / "x").read_bytes() == plain


@given(st.binary(max_size=3 * CHUNK), st.integers(1, 100_000), st.integers(1, 100_000))
@settings(max_examples=25)
def test_whatever_goes_in_comes_out_in_steps_of_any_size(plain, step, size):
    assert opened(sealed(plain, step=step), size=size) == plain


def test_a_wrong_passphrase_is_told_apart_and_has_its_own_exit_code():
    with pytest.raises(PassphraseError) as fault:
        opened(sealed(b"x"), "kuda batu hujan pens")
    assert (fault.value.code, fault.value.exit_code) == ("private.wrong_passphrase", 3)


def test_every_changed_byte_is_seen():
    raw = sealed(random.Random(3).randbytes(500))
    for at in range(len(raw)):
        broken = bytearray(raw)
        broken[at] ^= 1
        with pytest.raises((InputError, PassphraseError)):
            opened(bytes(broken))


def test_a_file_that_ends_early_is_seen_wherever_it_ends():
    raw = sealed(random.Random(4).randbytes(2 * CHUNK + 300))
    head = raw.index(b"\n--- ") + 100
    cuts = [*range(head), *range(head, len(raw), 4099), *range(len(raw) - 400, len(raw))]
    cuts += [head + k * (CHUNK + 16) + d for k in (0, 1, 2) for d in range(-90, 10)]
    for cut in cuts:
        with pytest.raises(InputError):
            opened(raw[:cut])
    with pytest.raises(InputError):
        opened(raw + b"x")


def test_pieces_in_another_order_are_seen():
    raw = sealed(random.Random(5).randbytes(3 * CHUNK))
    at, piece = len(raw) - 3 * (CHUNK + 16), CHUNK + 16
    swapped = (
        raw[:at] + raw[at + piece : at + 2 * piece] + raw[at : at + piece] + raw[at + 2 * piece :]
    )
    with pytest.raises(InputError):
        opened(swapped)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"", "not_a_backup"),
        (b"PK\x03\x04" + bytes(500), "not_a_backup"),
        (b"age-encryption.org/v1\n-> X25519 abc\nabc\n--- abc\n", "not_a_backup"),
        (
            b"age-encryption.org/v1\n-> scrypt " + b"A" * 22 + b" 30\nabc\n--- abc\n",
            "too_much_work",
        ),
        (b"age-encryption.org/v1\n" + b"-> " * 100_000, "not_a_backup"),
    ],
)
def test_what_is_no_backup_is_refused_before_any_work(head, code):
    with pytest.raises(InputError) as fault:
        opened(head)
    assert fault.value.code == f"private.{code}"


def test_no_two_files_of_the_same_are_alike():
    assert sealed(b"sama") != sealed(b"sama")


def test_the_header_has_the_form_of_the_specification():
    lines = sealed(b"x", work=12).split(b"\n")[:4]
    assert lines[0] == b"age-encryption.org/v1"
    assert lines[1][:10] + lines[1][-3:] == b"-> scrypt  12"
    assert (len(lines[1]), len(lines[2]), len(lines[3])) == (10 + 22 + 3, 43, 4 + 43)
