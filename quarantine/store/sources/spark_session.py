"""One Spark per process, started by the first call that needs it: what it may do, and what is taken from it."""

import logging
import os
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarantine.domain.errors import Unavailable
from quarantine.domain.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MISSING = "the server was installed without Spark (`pip install 'dq0-server[spark]'`), or Java 17 or later is not there"
FORKED = "Spark belongs to the process that this one was forked from"
# Functions that call any method of any class; the rest of the language reads tables and computes.
REFLECTION = ("reflect", "java_method", "try_reflect")
# Nothing is logged: an exception of Spark's may quote a cell.
LOGGING = """status = off
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
appender.none.type = Null
appender.none.name = none
"""

_OWNER = "_dq0_process"
_lock = threading.Lock()


def spark_session(settings: Settings) -> "SparkSession":
    """This process's Spark; raises Unavailable where there is none, and in a child that was forked from its process."""
    with _lock:
        try:
            from pyspark import SparkContext
            from pyspark.sql import SparkSession
        except ImportError:
            raise Unavailable(MISSING) from None
        running: Any = SparkSession._instantiatedSession
        if running is not None and getattr(SparkContext, _OWNER, None) != os.getpid():
            # The client's sockets are shared with the parent, and nothing may be said on them.
            raise Unavailable(FORKED)
        if running is not None and running._jsc.sc().isStopped():
            running = None
        try:
            return running if running is not None else _started(settings)
        except Exception:
            failed = Unavailable(MISSING)
        raise failed


def stop_spark() -> None:
    """End this process's Spark, if it has one."""
    with _lock:
        try:
            from pyspark import SparkContext
            from pyspark.sql import SparkSession
        except ImportError:
            return
        running = SparkSession._instantiatedSession
        if running is not None and getattr(SparkContext, _OWNER, None) == os.getpid():
            running.stop()


def _started(settings: Settings) -> "SparkSession":
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    # The client logs what Spark fails with; for each name it makes a logger once, which then stays as it is here.
    logging.getLogger("SQLQueryContextLogger").disabled = True
    logging.getLogger("DataFrameQueryContextLogger").disabled = True
    work = _workplace(settings)
    builder: Any = SparkSession.builder
    for name, value in _configuration(settings, work).items():
        builder = builder.config(name, value)
    made: SparkSession = builder.master(settings.spark_master).appName("dq0").getOrCreate()
    setattr(SparkContext, _OWNER, os.getpid())
    internal: Any = made
    registry = internal._jsparkSession.sessionState().functionRegistry()
    known = registry.listFunction().iterator()
    while known.hasNext():
        function = known.next()
        if function.funcName() in REFLECTION:
            registry.dropFunction(function)
    internal.sparkContext.setLogLevel("OFF")
    return made


def _workplace(settings: Settings) -> Path:
    """A private folder for what Spark spills; what a killed process left there goes first."""
    folder = settings.root / "spark" / str(os.getpid())
    for left in folder.parent.glob("*"):
        if left == folder or not _runs(left.name):
            shutil.rmtree(left, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.parent.chmod(0o700)
    (folder / "log4j2.properties").write_text(LOGGING)
    return folder


def _runs(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True


def _configuration(settings: Settings, work: Path) -> dict[str, str]:
    local = {
        # Nothing beyond this host, and nobody on it without the secret.
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.authenticate": "true",
    }
    return (local if settings.spark_master.startswith("local") else {}) | {
        "spark.driver.memory": f"{settings.query_memory_mb}m",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{work / 'log4j2.properties'}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "false",
        "spark.local.dir": str(work),
        "spark.sql.warehouse.dir": str(work / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.runSQLOnFiles": "false",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.caseSensitive": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.parquet.compression.codec": "zstd",
        "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
        "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
        "spark.sql.shuffle.partitions": "8" if settings.spark_master.startswith("local") else "200",
        "spark.sql.maxMetadataStringLength": "20",
        "spark.redaction.string.regex": ".+",
    }
