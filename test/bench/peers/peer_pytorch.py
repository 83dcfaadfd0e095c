"""The two-tower training in PyTorch, one thread: `eager`, `compile` (torch.compile of the loss), `manual` (backward by hand)."""

import sys

import torch
from torch.nn import Embedding
from torch.nn import functional as F

from peer import serve

torch.set_num_threads(1)
torch.sparse.check_sparse_tensor_invariants.disable()


def as_tensor(values):
    tensor = torch.from_numpy(values)
    return tensor if tensor.is_floating_point() else tensor.long()


def losses(U, V, item, log_q, u, c, r, weight, temperature):
    """Mean in-batch softmax cross-entropy with logQ correction, and weighted mean BPR loss."""
    scores = U @ V.T / temperature - log_q
    hits = (item[:, None] == item).fill_diagonal_(False)
    softmax = F.cross_entropy(scores.masked_fill(hits, float("-inf")), torch.arange(len(item)))
    return softmax, (weight * F.softplus(-(u * (c - r)).sum(1))).mean()


def autograd(losses):
    def start(problem):
        config = problem.config
        users, items = [Embedding.from_pretrained(as_tensor(table).clone(), freeze=False, sparse=True) for table in (problem.users, problem.items)]
        optimizer = torch.optim.Adagrad([users.weight, items.weight], lr=config["learningRate"], initial_accumulator_value=config["accumulatorInit"], eps=1e-10)

        def run(user, item, log_q, pair_user, chosen, rejected, weight):
            optimizer.zero_grad()
            u = users(pair_user) if config["pairGradient"] == "joint" else users.weight.detach()[pair_user]
            softmax, pair = losses(users(user), items(item), item, log_q, u, items(chosen), items(rejected), weight, config["temperature"])
            (softmax + config["pairWeight"] * pair).backward()
            optimizer.step()
            return softmax.detach(), pair.detach()

        return run, as_tensor

    return start


def manual(problem):
    config = problem.config
    users, items = [as_tensor(table).clone() for table in (problem.users, problem.items)]
    user_squares, item_squares = [torch.full_like(table, config["accumulatorInit"]) for table in (users, items)]

    def update(table, squares, rows, gradients):
        touched, place = torch.unique(rows, return_inverse=True)
        g = torch.zeros(len(touched), table.shape[1]).index_add_(0, place, gradients)
        own = squares[touched].addcmul_(g, g)
        squares.index_copy_(0, touched, own)
        table.index_add_(0, touched, g.div_(own.sqrt_().add_(1e-10)), alpha=-config["learningRate"])

    @torch.no_grad()
    def run(user, item, log_q, pair_user, chosen, rejected, weight):
        U, V, temperature = users[user], items[item], config["temperature"]
        scores = torch.addmm(log_q, U, V.T, beta=-1, alpha=1 / temperature)
        scores.masked_fill_((item[:, None] == item).fill_diagonal_(False), float("-inf"))
        P = F.log_softmax(scores, 1)
        softmax = -P.diagonal().mean()
        P.exp_().diagonal().sub_(1)
        P.mul_(1 / (temperature * len(user)))
        u, difference = users[pair_user], items[chosen] - items[rejected]
        margin = (u * difference).sum(1)
        pair = (weight * F.softplus(-margin)).mean()
        g = (torch.sigmoid(-margin) * weight * (-config["pairWeight"] / max(1, len(pair_user))))[:, None]
        step = g * u
        joint = config["pairGradient"] == "joint"
        update(items, item_squares, torch.cat([item, chosen, rejected]), torch.cat([P.T @ U, step, -step]))
        update(users, user_squares, torch.cat([user, pair_user]) if joint else user, torch.cat([P @ V, g * difference]) if joint else P @ V)
        return softmax, pair

    return run, as_tensor


serve({"eager": autograd(losses), "compile": autograd(torch.compile(losses, dynamic=False)), "manual": manual}[sys.argv[1]])
