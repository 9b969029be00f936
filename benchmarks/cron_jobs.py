"""The same jobs twice: as CronJobs of Kubernetes, a file each, and in YAML of opspolicy's own."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from benchmarks import commands

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.measure import Command

JOBS = 2_000
SEED = 20270908
DAYS = 180
CONFIG = "sources: [{format: kubernetes, paths: [k8s/*.yaml]}]\n"
MANIFEST = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {name}
  namespace: jobs
  annotations: {{opspolicy.dev/owner: team, opspolicy.dev/duration: 20m}}
spec:
  schedule: "{line}"
  timeZone: Europe/Paris
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{{name: {name}, image: "registry.example/{name}:1"}}]
"""
NATIVE = """\
jobs:
  {name}:
    scheduler: kubernetes
    owner: team
    duration: 20m
    schedule: {{cron: "{line}", timezone: Europe/Paris}}
    concurrency: forbid
"""


def write(directory: Path) -> tuple[Path, Path]:
    """Write both below ``directory``; return where the CronJobs are, and where the others."""
    dice = random.Random(SEED)
    foreign, native = directory / "cron-jobs", directory / "native-jobs"
    for each in (foreign / "k8s", foreign / "ops", native / "ops"):
        each.mkdir(parents=True)
    (foreign / "opspolicy.yaml").write_text(CONFIG, encoding="utf-8")
    for root in (foreign, native):
        (root / "ops" / "services.yaml").write_text("services: {shop: {}}\n", encoding="utf-8")
    for number in range(JOBS):
        name = f"job-{number:04}"
        line = f"{dice.randrange(60)} {dice.randrange(24)} * * {dice.choice('**0135')}"
        for path, text in (
            (foreign / "k8s" / f"{name}.yaml", MANIFEST),
            (native / "ops" / f"{name}.yaml", NATIVE),
        ):
            path.write_text(text.format(name=name, line=line), encoding="utf-8")
    return foreign, native


def compared(directory: Path) -> list[list[Command]]:
    """Return checks of both, cold and warm; the native ones first."""
    foreign, native = write(directory)
    return [
        [
            commands.check(f"native YAML, {name}", native, DAYS, *options),
            commands.check(f"CronJobs in place, {name}", foreign, DAYS, *options),
        ]
        for name, options in (("cold", ("--no-cache",)), ("warm", ()))
    ]
