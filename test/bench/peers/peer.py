"""What the Python peers share: the problem as problem.mjs writes it, and the protocol, one line in, one line of JSON out."""

import json
import os
import sys
import time

import numpy as np


class Problem:
    """One training: arrays as attributes, and the two-tower configuration."""

    def __init__(self, folder):
        with open(os.path.join(folder, "problem.json")) as file:
            about = json.load(file)
        self.config = about["config"]
        for name, (dtype, shape) in about["arrays"].items():
            setattr(self, name, np.fromfile(os.path.join(folder, name), dtype).reshape(shape))
        self.size = self.config["batchSize"]
        self.steps = -(-len(self.user) // self.size)

    def batches(self, as_tensor):
        """Epochs of steps (user, item, log q, pair user, chosen, rejected, pair weight), all looked up ahead of the training."""
        epochs = []
        for order, pair_order in zip(self.order, self.pairOrder):
            item = self.item[order]
            batch = [self.user[order], item, self.logQ[item]]
            pairs = [column[pair_order] for column in (self.pairUser, self.chosen, self.rejected, self.weight)]
            pairs_per_step = len(pair_order) // self.steps
            cut = lambda columns, size: [[as_tensor(column[s * size : (s + 1) * size]) for column in columns] for s in range(self.steps)]
            epochs.append([own + some for own, some in zip(cut(batch, self.size), cut(pairs, pairs_per_step))])
        return epochs


def serve(start):
    """start(problem) gives run(batch) -> (softmax loss, pair loss) from the problem's start, and as_tensor; only the steps are timed."""
    problems = {}
    for line in sys.stdin:
        folder = line.strip()
        if folder not in problems:
            problems[folder] = Problem(folder)
        problem = problems[folder]
        run, as_tensor = start(problem)
        epochs = problem.batches(as_tensor)
        sums = []
        before = time.perf_counter()
        for steps in epochs:
            softmax, pair = 0.0, 0.0
            for batch in steps:
                losses = run(*batch)
                softmax, pair = softmax + losses[0], pair + losses[1]
            sums.append((softmax, pair))
        sums = [(float(softmax), float(pair)) for softmax, pair in sums]
        seconds = time.perf_counter() - before
        softmax_loss, pair_loss = [[total / problem.steps for total in column] for column in zip(*sums)]
        print(json.dumps({"seconds": seconds, "softmaxLoss": softmax_loss, "pairLoss": pair_loss}), flush=True)
