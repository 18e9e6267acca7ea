"""Every distillation method of the lectures and some later ones, in one canonical form each.

    from kdlab.methods import soft_targets
    loss = 0.9 * soft_targets(student_logits, teacher_logits, T=4) + 0.1 * cross_entropy

============ ==========================================================================
kind         here
============ ==========================================================================
response     `soft_targets`, `standardised_soft_targets`, `dkd`, `dist`, `logit_matching`
features     `cosine`, `hint`, `attention_transfer`, `attention_gradient`,
             `neuron_selectivity`, `factor_transfer` (with `Paraphraser`, `Translator`),
             `activation_boundary`, `activation_disagreement`
relations    `solution_flow`, `relational_distance`, `relational_angle`,
             `similarity_preserving`
schemes      `born_again`, `mutual_learning`, `NativeEnsemble`, `SelfDistillation`,
             `average_teachers`, `relative_triplet`, `cross_modal`, `DataFree`,
             `weight_matching`
============ ==========================================================================

Losses take tensors, the student's first, and return a scalar, the mean over the batch. The
teacher's never gets a gradient. They compute in float32 inside mixed precision, and what is not
finite in an argument makes them NaN.
`call_with_features` gets the feature maps out of any network, and the adapters (`match_channels`,
`match_features`, `pool_pairs`, `pool_channels`, `WeightProjector`) make shapes meet.
``python -m kdlab compare`` trains a student with each method of the lectures.
"""

from kdlab.methods.adapters import (
    WeightProjector,
    match_channels,
    match_features,
    pool_channels,
    pool_pairs,
)
from kdlab.methods.attention import attention_gradient, attention_transfer, input_gradient
from kdlab.methods.boundaries import activation_boundary, activation_disagreement
from kdlab.methods.correlation import dist
from kdlab.methods.cross_modal import cross_modal, luminance
from kdlab.methods.data_free import DataFree, Metadata
from kdlab.methods.decoupled import dkd
from kdlab.methods.ensemble import NativeEnsemble
from kdlab.methods.factors import Paraphraser, Translator, factor_transfer
from kdlab.methods.generations import born_again
from kdlab.methods.hidden import cosine, hint
from kdlab.methods.hooks import WithFeatures, call_with_features
from kdlab.methods.multi_teacher import average_teachers, ordered_by_teachers, relative_triplet
from kdlab.methods.mutual import mutual_learning
from kdlab.methods.relations import (
    relational_angle,
    relational_distance,
    similarity_preserving,
    solution_flow,
)
from kdlab.methods.response import logit_matching, soft_targets, standardised_soft_targets
from kdlab.methods.selectivity import neuron_selectivity
from kdlab.methods.self_distillation import SelfDistillation
from kdlab.methods.weights import weight_matching

__all__ = [
    "DataFree",
    "Metadata",
    "NativeEnsemble",
    "Paraphraser",
    "SelfDistillation",
    "Translator",
    "WeightProjector",
    "WithFeatures",
    "activation_boundary",
    "activation_disagreement",
    "attention_gradient",
    "attention_transfer",
    "average_teachers",
    "born_again",
    "call_with_features",
    "cosine",
    "cross_modal",
    "dist",
    "dkd",
    "factor_transfer",
    "hint",
    "input_gradient",
    "logit_matching",
    "luminance",
    "match_channels",
    "match_features",
    "mutual_learning",
    "neuron_selectivity",
    "ordered_by_teachers",
    "pool_channels",
    "pool_pairs",
    "relational_angle",
    "relational_distance",
    "relative_triplet",
    "similarity_preserving",
    "soft_targets",
    "solution_flow",
    "standardised_soft_targets",
    "weight_matching",
]
