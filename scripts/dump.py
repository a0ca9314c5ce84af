"""Keep the present schema with a little data in it, for the tests of later migrations: ``make dump``.

Writes ``tests/data/dumps/REVISION.DATABASE.sql``, as each database's own tool tells it, after a gateway has
lived on it for a moment: an import, creates, a cancel, a deletion, a job, an export. Run
once when a schema is settled.
"""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path.cwd()))  # an older tree writes its own dump with this script

from gateway.bootstrap import Gateway, open_gateway, prepare_database
from gateway.cli.sample import write_sample
from gateway.service.job_ports import JobKind
from gateway.service.jobs.starting import Starting
from gateway.settings import read_settings
from gateway.soap.saved import read_saved

TARGET = Path(__file__).resolve().parent.parent / "tests" / "data" / "dumps"
USER, PASSWORD = "ann@example.com", "correct horse"
ITEMS = 3
_OF_A_SESSION = re.compile(r"transaction_timeout|set_config\('search_path'")
"""Unknown to earlier servers; and what would stay with the connection that reads the dump."""

_ENVELOPE = """<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://api.zuora.com/"
 xmlns:o="http://object.api.zuora.com/" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
<e:Header><SessionHeader><session>{session}</session></SessionHeader></e:Header><e:Body>{body}</e:Body>
</e:Envelope>"""


def main() -> None:
    """Write a dump for each database that is there."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        urls = {
            "sqlite": f"sqlite:///{folder}/gateway.db",
            "postgresql": os.environ["GATEWAY_TEST_POSTGRESQL_URL"],
            "mariadb": os.environ["GATEWAY_TEST_MARIADB_URL"],
        }
        for name, url in urls.items():
            environment = {"GATEWAY_DATABASE_URL": url}
            prepare_database(read_settings(environment))
            live(environment, Path(folder) / name)
            text = "".join(f"{line}\n" for line in DUMPS[name](url))
            revision = re.search(r"INTO (?:public\.)?[`\"]?alembic_version[`\"]? VALUES\s*\('(\w+)'\)", text)
            assert revision is not None, text
            path = TARGET / f"{revision[1]}.{name}.sql"
            path.write_text(text)
            print(path.name)


def live(environment: dict[str, str], folder: Path) -> None:
    """Let a gateway do a little of everything."""
    write_sample(folder, ITEMS)
    with open_gateway(read_settings(environment)) as gateway:
        gateway.importing.load([folder])
        gateway.sessions.add_user(USER, PASSWORD, email=USER, full_name="Ann Example")
        session = gateway.sessions.log_in(USER, PASSWORD)

        def call(body: str) -> list[str]:
            sent = _ENVELOPE.format(session=session, body=body).encode()
            environ = {
                "REQUEST_METHOD": "POST",
                "PATH_INFO": "/apps/services/a/78.0",
                "CONTENT_LENGTH": str(len(sent)),
                "CONTENT_TYPE": "text/xml",
                "SERVER_NAME": "localhost",
                "SERVER_PORT": "80",
                "wsgi.url_scheme": "http",
            }
            answer = b"".join(
                gateway.wsgi({**environ, "wsgi.input": BytesIO(sent)}, lambda *_: None)
            ).decode()
            return re.findall(r"[Ii]d>([0-9a-f]{32})<", answer)

        sources = call("<query><queryString>select Id from InvoiceItem</queryString></query>")
        assert len(set(sources)) == ITEMS, sources
        credit = (
            '<zObjects i:type="o:InvoiceItemAdjustment"><o:AdjustmentDate>{day}</o:AdjustmentDate>'
            "<o:Amount>0.5{n}</o:Amount><o:InvoiceNumber>INV00000001</o:InvoiceNumber><o:SourceId>{source}"
            "</o:SourceId><o:SourceType>InvoiceDetail</o:SourceType><o:Type>Credit</o:Type></zObjects>"
        )
        records = [
            credit.format(day="2030-01-31", n=n, source=source)
            for n, source in enumerate(sorted(set(sources)))
        ]
        live_one, canceled, deleted = call(f"<create>{''.join(records)}</create>")
        for id_ in (canceled, deleted):
            change = (
                f'<zObjects i:type="o:InvoiceItemAdjustment"><o:Id>{id_}</o:Id>'
                "<o:Status>Canceled</o:Status></zObjects>"
            )
            assert call(f"<update>{change}</update>") == [id_]
        assert call(f"<delete><type>InvoiceItemAdjustment</type><ids>{deleted}</ids></delete>")
        assert live_one
        gateway.clients.add(USER, "nightly")
        run_job(gateway, folder)
        gateway.exporting.advance("books", folder / "exported.csv")


def run_job(gateway: Gateway, folder: Path) -> None:
    """Run a job whose only row is refused: later numbers stay what they are."""
    file = folder / "job.csv"
    file.write_text(
        "InvoiceNumber,SourceId,SourceType,Type,Amount,AdjustmentDate\nINV7,1,Tax,Credit,1,2030-01-31\n"
    )
    caller = gateway.sessions.caller_named(USER, door="bulk", request_id="")
    starting = Starting(gateway.jobs, gateway.querying, read_saved)
    options = {"chunk_rows": 1, "most": 1}
    with starting.with_files(caller, JobKind.ADJUST, [file], options) as prepared:
        for chunk in prepared.chunks:
            gateway.chunks.do(prepared.job, chunk)
    assert gateway.jobs.finish_if_done(prepared.job.id)


def _sqlite(url: str) -> Iterator[str]:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        yield from connection.iterdump()


def _postgresql(url: str) -> Iterator[str]:
    plain = url.replace("postgresql+psycopg", "postgresql")
    yield from _told("pg_dump", "--no-owner", "--no-privileges", "--inserts", plain)


def _mariadb(url: str) -> Iterator[str]:
    to = urlsplit(url)
    yield from _told(
        "mariadb-dump",
        "--skip-comments",
        "--hex-blob",
        "--no-tablespaces",
        "--single-transaction",
        f"--host={to.hostname}",
        f"--port={to.port}",
        f"--user={to.username}",
        f"--password={to.password}",
        to.path.removeprefix("/"),
    )


def _told(*command: str) -> Iterator[str]:
    """Run a database's own tool; what is for its shell and no statement is left out."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        if line and not line.startswith(("--", "\\", "/*M!", "/*!")) and not _OF_A_SESSION.search(line):
            yield line


DUMPS = {"sqlite": _sqlite, "postgresql": _postgresql, "mariadb": _mariadb}

if __name__ == "__main__":
    main()
