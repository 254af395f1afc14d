"""A training job: hydra, omegaconf, pandas, numpy."""

import logging
import pickle
from dataclasses import dataclass
from pathlib import Path

import hydra
import numpy as np
import pandas as pd
import requests
from hydra.core.config_store import ConfigStore
from omegaconf import DictConfig, OmegaConf

log = logging.getLogger(__name__)


@dataclass
class Gbt:
    name: str = "gbt"
    trees: int = 50
    depth: int = 4


ConfigStore.instance().store(group="model", name="base_gbt", node=Gbt)


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(config: DictConfig) -> None:
    log.info("run %s\n%s", config.run_name, OmegaConf.to_yaml(config.model))
    requests.post(f"{config.registry.url}/runs", json={"name": config.run_name}, timeout=2).raise_for_status()
    frame = pd.read_parquet(config.dataset) if config.dataset.endswith(".parquet") else pd.read_csv(config.dataset)
    log.info("%d rows", len(frame))
    target = frame["churned"].to_numpy()
    features = frame.drop(columns=["churned"]).to_numpy(dtype=float)
    weights = np.linalg.lstsq(features, target, rcond=None)[0]
    for epoch in range(config.epochs):
        loss = float(((features @ weights - target) ** 2).mean())
        log.info("epoch %d/%d loss %.4f", epoch + 1, config.epochs, loss)
    output = Path(config.output)
    output.mkdir(parents=True, exist_ok=True)
    with open(output / "model.pkl", "wb") as file:
        pickle.dump({"weights": weights, "cache": np.zeros(200_000)}, file)
    log.info("model written to %s", output)


if __name__ == "__main__":
    main()
