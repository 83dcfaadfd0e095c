"""The two-tower training in TensorFlow, one thread: a tf.function whose dense part is compiled by XLA."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import tensorflow as tf

from peer import serve

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)


@tf.function(jit_compile=True)
def gradients(U, V, item, log_q, u, c, r, weight, temperature, pair_weight):
    with tf.GradientTape() as tape:
        for x in (U, V, u, c, r):
            tape.watch(x)
        scores = tf.matmul(U, V, transpose_b=True) / temperature - log_q
        size = tf.shape(item)[0]
        hits = tf.linalg.set_diag(item[:, None] == item, tf.zeros([size], tf.bool))
        scores = tf.where(hits, -1e30, scores)
        softmax = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(tf.range(size), scores))
        pair = tf.reduce_mean(weight * tf.nn.softplus(-tf.reduce_sum(u * (c - r), 1)))
        loss = softmax + pair_weight * pair
    return softmax, pair, tape.gradient(loss, [U, V, u, c, r])


def start(problem):
    config = problem.config
    users, items = tf.Variable(problem.users), tf.Variable(problem.items)
    user_squares, item_squares = [tf.Variable(tf.fill(table.shape, config["accumulatorInit"])) for table in (users, items)]

    def update(table, squares, rows, gradients):
        touched, place = tf.unique(rows)
        g = tf.math.unsorted_segment_sum(gradients, place, tf.size(touched))
        squares.scatter_add(tf.IndexedSlices(g * g, touched))
        table.scatter_sub(tf.IndexedSlices(config["learningRate"] * g / (tf.sqrt(tf.gather(squares, touched)) + 1e-10), touched))

    @tf.function
    def run(user, item, log_q, pair_user, chosen, rejected, weight):
        rows = [tf.gather(table, own) for table, own in ((users, user), (items, item), (users, pair_user), (items, chosen), (items, rejected))]
        U, V, u, c, r = rows
        softmax, pair, (dU, dV, du, dc, dr) = gradients(U, V, item, log_q, u, c, r, weight, config["temperature"], config["pairWeight"])
        update(items, item_squares, tf.concat([item, chosen, rejected], 0), tf.concat([dV, dc, dr], 0))
        if config["pairGradient"] == "joint":
            user, dU = tf.concat([user, pair_user], 0), tf.concat([dU, du], 0)
        update(users, user_squares, user, dU)
        return softmax, pair

    # Traced and compiled for both sizes of batch before the time is taken; the tables are put back.
    before = [table.numpy() for table in (users, items, user_squares, item_squares)]
    steps = problem.batches(tf.constant)[0]
    for batch in (steps[0], steps[-1]):
        run(*batch)
    for table, values in zip((users, items, user_squares, item_squares), before):
        table.assign(values)
    return run, tf.constant


serve(start)
