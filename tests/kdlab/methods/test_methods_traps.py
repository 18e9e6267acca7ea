"""Where implementations go wrong: dead features, equal rows, underflow, memory, single samples."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from kdlab import methods
from labkit.errors import ConfigurationError


def gradient_of(loss, *tensors):
    """The largest gradient of a loss with respect to the first tensor."""
    leaf = tensors[0].clone().requires_grad_()
    loss(leaf, *tensors[1:]).backward()
    assert torch.isfinite(leaf.grad).all()
    return leaf.grad.abs().max().item()


FEATURES = [
    methods.cosine,
    methods.hint,
    methods.attention_transfer,
    lambda s, t: methods.attention_transfer(s, t, p=1, variant="paper"),
    methods.neuron_selectivity,
    methods.factor_transfer,
    methods.relational_distance,
    methods.relational_angle,
    lambda s, t: methods.relative_triplet(s, [t]),
]
NAMES = ["cosine", "hint", "attention", "attention_p1", "selectivity", "factor", "distance",
         "angle", "triplet"]  # fmt: skip
each_loss = pytest.mark.parametrize("place", range(len(FEATURES)), ids=NAMES)


def features(place, n=5):
    shape = (3, 4, 4) if NAMES[place] not in ("cosine", "distance", "angle", "triplet") else (6,)
    return torch.randn(2, n, *shape, generator=torch.Generator().manual_seed(0))


@each_loss
def test_dead_features_have_no_huge_gradient(place):
    s, t = features(place)
    for dead in (torch.zeros_like(s), 1e-9 * s, 1e-20 * s, torch.zeros_like(s).index_copy(
        0, torch.tensor([1, 2]), s[1:3])):  # fmt: skip
        assert gradient_of(FEATURES[place], dead, t) < 100
        assert gradient_of(FEATURES[place], s, dead) < 100


@each_loss
def test_a_dead_channel_has_no_huge_gradient(place):
    s, t = features(place)
    s[:, 0] = 0
    assert gradient_of(FEATURES[place], s, t) < 100


@each_loss
def test_equal_rows_have_no_huge_gradient(place):
    s, t = features(place)
    s[1] = s[0]
    s[3] = s[2]
    assert gradient_of(FEATURES[place], s, t) < 100
    assert gradient_of(FEATURES[place], s[:1].expand_as(s), t) < 100
    assert gradient_of(FEATURES[place], s, t[:1].expand_as(t)) < 100


def test_almost_equal_rows_keep_their_distance():
    """Distances by the Gram trick would lose all digits here."""
    base = 100 + torch.randn(1, 8, generator=torch.Generator().manual_seed(0))
    steps = torch.tensor([0.0, 1e-3, 3e-3])[:, None] * torch.ones(1, 8)
    far = base + steps
    teacher = 1000 * steps
    exact = methods.relational_distance(far.double(), teacher.double())
    assert abs(methods.relational_distance(far, teacher) - exact) < 1e-4
    gram = (far.square().sum(1)[:, None] + far.square().sum(1) - 2 * far @ far.T).clamp(min=0)
    right = torch.cdist(far.double(), far.double())
    assert (gram.sqrt() - right).abs().max() > right.max() / 2  # the trap is one


def test_probabilities_that_underflow():
    z, v = torch.tensor([[0.0, 1.0, 2.0]]), torch.tensor([[300.0, 0.0, -300.0]])
    assert torch.softmax(v, 1).min() == 0
    for T in (0.5, 1.0):
        assert gradient_of(lambda s, t, T=T: methods.soft_targets(s, t, T), z, v) <= 2 * T
        assert torch.isfinite(methods.soft_targets(z, v, T))
        assert torch.isfinite(methods.soft_targets(v, z, T))


def test_soft_targets_are_a_mean_over_samples_not_over_elements():
    z, v = torch.randn(2, 8, 10, generator=torch.Generator().manual_seed(0))
    by_default = (
        torch.softmax(v, 1) * (torch.log_softmax(v, 1) - torch.log_softmax(z, 1))
    ).mean()
    torch.testing.assert_close(methods.soft_targets(z, v, T=1), 10 * by_default)


def test_absolute_values_matter_for_the_lectures_attention():
    s = torch.tensor([[[[1.0, -1.0]], [[1.0, -1.0]]]])  # two channels; |s| is the same everywhere
    t = torch.ones(1, 2, 1, 2)
    assert methods.attention_transfer(s, t, p=1) < 1e-12


class Largest(TorchDispatchMode):
    """The most values that any operation returned in one tensor."""

    def __init__(self):
        super().__init__()
        self.values = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for each in result if isinstance(result, (tuple, list)) else [result]:
            if isinstance(each, torch.Tensor):
                self.values = max(self.values, each.untyped_storage().nbytes() // 4)
        return result


def test_memory_of_pairs_of_channels():
    """The pairs times the positions, N·C·C·HW = 6.5 million values, must never exist."""
    n, c, side = 4, 40, 32
    s, t, low_s, low_t = (torch.randn(n, c, side, side) for _ in range(4))
    s.requires_grad_()
    assert n * c * c * side * side == 6_553_600
    for loss in (
        lambda: methods.neuron_selectivity(s, t),
        lambda: methods.solution_flow(low_s, s, low_t, t),
    ):
        with Largest() as largest:
            loss().backward()
        assert largest.values == n * c * side * side  # one map


def test_the_memory_test_sees_a_broadcast():
    s = torch.randn(4, 5, 8)
    with Largest() as largest:
        (s[:, :, None] * s[:, None]).sum(-1)
    assert largest.values == 4 * 5 * 5 * 8


def test_a_peer_is_not_drawn_to_the_others():
    """The gradient of each network is that of its own loss."""
    one, two = torch.randn(2, 4, 5, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([0, 1, 2, 3])
    one.requires_grad_()
    methods.mutual_learning([one, two], labels).backward()
    together = one.grad.clone()
    one.grad = None
    own = torch.nn.functional.cross_entropy(one, labels) + methods.soft_targets(one, two, T=1)
    own.backward()
    torch.testing.assert_close(together, own_gradient := one.grad)
    assert own_gradient.abs().max() > 0


def test_the_same_logits_twice_are_two_networks():
    z = torch.randn(4, 5)
    labels = torch.tensor([0, 1, 2, 3])
    expected = 2 * torch.nn.functional.cross_entropy(z, labels)
    torch.testing.assert_close(methods.mutual_learning([z, z], labels), expected)


def test_triplet_members_are_exchanged():
    """Exchanged through views, near and far would become one and the same sample."""
    teacher = torch.tensor([[0.0], [5.0], [1.0], [2.0]])  # sample 2 is nearer to 0 than 1 is
    triplets = torch.tensor([[0, 1, 2], [0, 3, 1]])
    ordered = methods.ordered_by_teachers([teacher], triplets)
    assert ordered.tolist() == [[0, 2, 1], [0, 3, 1]]
    assert triplets.tolist() == [[0, 1, 2], [0, 3, 1]]  # the caller's are as they were


def test_teachers_vote_and_a_tie_is_broken_by_how_sure_they_are():
    near_1 = torch.tensor([[0.0], [1.0], [1.5]])
    near_2 = torch.tensor([[0.0], [9.0], [1.0]])
    triplets = torch.tensor([[0, 1, 2]])
    order = methods.ordered_by_teachers
    assert order([near_1, near_1, near_2], triplets).tolist() == [[0, 1, 2]]
    assert order([near_1, near_2, near_2], triplets).tolist() == [[0, 2, 1]]
    assert order([near_1, near_2], triplets).tolist() == [[0, 2, 1]]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: methods.soft_targets(torch.ones(3, 4), torch.ones(3, 5)), "classes"),
        (lambda: methods.soft_targets(torch.ones(3, 4), torch.ones(2, 4)), "same batch"),
        (lambda: methods.soft_targets(torch.ones(3, 4), torch.ones(3, 4), T=0), "T=0"),
        (lambda: methods.soft_targets(torch.ones(4), torch.ones(4)), "(N, K)"),
        (lambda: methods.soft_targets(torch.ones(0, 4), torch.ones(0, 4)), "empty"),
        (lambda: methods.logit_matching([1.0], torch.ones(3, 4)), "list"),
        (lambda: methods.cosine(torch.ones(3, 4), torch.ones(3, 8)), "pool_pairs"),
        (lambda: methods.cosine(torch.ones(3, 4, 2, 2), torch.ones(3, 4)), "flatten"),
        (lambda: methods.hint(torch.ones(3, 4, 2, 2), torch.ones(3, 8, 2, 2)),
         "match_channels(4, 8)"),
        (lambda: methods.hint(torch.ones(3, 4, 2, 2), torch.ones(3, 4, 4, 4)), "adaptive_avg"),
        (lambda: methods.attention_transfer(*torch.ones(2, 3, 4, 2, 2), p=0.5), "p=0.5"),
        (lambda: methods.attention_transfer(*torch.ones(2, 3, 4, 2, 2), variant="codes"), "'code'"),
        (lambda: methods.neuron_selectivity(torch.ones(3, 4, 2, 2), torch.ones(3, 4, 4, 4)),
         "heights"),
        (lambda: methods.factor_transfer(torch.ones(3, 4, 2, 2), torch.ones(3, 8, 2, 2)),
         "Translator"),
        (lambda: methods.factor_transfer(*torch.ones(2, 3, 4, 2, 2), p=3), "p=3"),
        (lambda: methods.activation_boundary(torch.ones(3, 4, 2, 2), torch.ones(3, 8, 2, 2)),
         "match_channels(4, 8)"),
        (lambda: methods.activation_boundary(torch.ones(3, 4), torch.ones(3, 8)),
         "match_features(4, 8)"),
        (lambda: methods.activation_boundary(torch.ones(3, 4), torch.ones(3, 4), 0), "margin=0"),
        (lambda: methods.solution_flow(*torch.ones(3, 3, 4, 2, 2), torch.ones(3, 8, 2, 2)),
         "match_channels(4, 8)"),
        (lambda: methods.relational_angle(torch.ones(3, 4), torch.ones(2, 4)), "same batch"),
        (lambda: methods.relative_triplet(torch.ones(3, 4), []), "at least one teacher"),
        (lambda: methods.relative_triplet(torch.ones(3, 4), [torch.ones(3, 4)],
                                          triplets=torch.ones(3, 2)), "(M, 3)"),
        (lambda: methods.average_teachers([]), "at least one"),
        (lambda: methods.mutual_learning([torch.ones(3, 4)], torch.ones(3)), "two"),
        (lambda: methods.mutual_learning([torch.ones(3, 4)] * 2, torch.ones(2).long()), "labels"),
        (lambda: methods.weight_matching(torch.ones(4, 3, 3, 3), torch.ones(8, 3, 3, 3)),
         "WeightProjector((4, 3, 3, 3), (8, 3, 3, 3))"),
        (lambda: methods.WeightProjector((4, 3, 3, 3), (4, 3, 5, 5)), "same k"),
        (lambda: methods.pool_pairs(torch.ones(2, 10), 4), "divisor of 10"),
        (lambda: methods.pool_channels(torch.ones(2, 10, 3, 3), 4), "divisor of 10"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(call, said):
    with pytest.raises(ConfigurationError) as raised:
        call()
    assert said in str(raised.value)
