"""Everything that the checks say, in Korean and English."""

from __future__ import annotations

from typing import NamedTuple

from labkit.errors import UnknownNameError
from labkit.language import in_language


class Text(NamedTuple):
    """One message in both languages; ``{name}`` stands for a detail."""

    ko: str
    en: str

    def fill(self, **details: object) -> Text:
        """The message with its details."""
        return Text(self.ko.format(**details), self.en.format(**details))

    def __add__(self, other: object) -> Text:  # joins the languages, not the tuples
        if not isinstance(other, Text):
            return NotImplemented
        return Text(f"{self.ko} {other.ko}", f"{self.en} {other.en}")

    def lines(self) -> list[str]:
        """The message in the chosen language, or in both, one after the other."""
        try:
            return in_language(self.ko, self.en).split("\n")
        except UnknownNameError:  # a check must not fail for a setting
            return [self.ko, self.en]


OUTCOMES = {
    "correct": Text("정답입니다.", "Correct."),
    "incorrect": Text("아직 맞지 않습니다.", "Not correct yet."),
    "not_attempted": Text(
        "아직 작성하지 않았습니다. 위 셀의 두 줄 사이를 채우세요.",
        "Not attempted yet. Fill in the cell above, between the two marks.",
    ),
    "missing": Text(
        "이름 {name}이(가) 정의되어 있지 않습니다. 위 셀을 먼저 실행하세요.",
        "The name {name} is not defined. Run the cell above first.",
    ),
    "raised": Text("작성한 코드에서 예외가 발생했습니다.", "Your code raised an exception."),
}

FAULTS = {
    "missing": Text("이름이 정의되어 있지 않습니다.", "The name is not defined."),
    "not_callable": Text(
        "함수나 class가 아니라 {type}입니다.", "This is a {type}, not a function or class."
    ),
    "not_attempted": Text("아직 작성하지 않았습니다.", "Not attempted yet."),
    "raised": Text("{type}: {message}", "{type}: {message}"),
    "forbidden": Text(
        "이 문제에서는 {name}을(를) 쓸 수 없습니다. 정의대로 직접 작성하세요.",
        "This exercise does not allow {name}. Write it from the definition.",
    ),
    "syntax": Text(
        "이 셀은 채점에 쓰는 Python {here}의 문법에 맞지 않습니다({message}).",
        "The cell is not valid in Python {here}, which grades it ({message}).",
    ),
    "newer_syntax": Text(
        "이 셀은 채점에 쓰는 Python {here}의 문법에 맞지 않습니다({message}). 노트북은 "
        "Python {there}에서 작성되었습니다. Python {here}에도 있는 문법으로 작성하세요.",
        "The cell is not valid in Python {here}, which grades it ({message}). The notebook was "
        "written with Python {there}; use syntax that Python {here} has too.",
    ),
    "not_there": Text(
        "채점 환경에는 `{package}`이(가) 없습니다. 이것 없이 작성하세요.",
        "`{package}` is not there when grading. Write it without.",
    ),
    "no_gpu": Text(
        "이 컴퓨터에는 GPU가 없습니다. .cuda()나 device=\"cuda\" 대신 .to(inputs.device)처럼 "
        "입력이 있는 장치를 쓰세요.",
        "There is no GPU here. Instead of .cuda() or device=\"cuda\" use the device of the "
        "inputs, as in .to(inputs.device).",
    ),
    "time": Text("{seconds}초 안에 끝나지 않았습니다.", "It did not end within {seconds} seconds."),
    "hangs": Text(
        "{name}은(는) 앞에서 제한 시간 안에 끝나지 않아 다시 실행하지 않았습니다.",
        "{name} did not end within its time limit before, and was not run again.",
    ),
    "total_time": Text(
        "제출물 전체에 주어진 {seconds}초를 모두 사용하여 실행하지 않았습니다. "
        "오래 걸린 곳: {where}.",
        "Not run: the {seconds} seconds for the whole submission are used up. They went to: "
        "{where}.",
    ),
    "none": Text(
        "None을 돌려주었습니다. return이 빠졌나요?", "It returned None. Is a return missing?"
    ),
    "type": Text("{type}을(를) 돌려주었습니다.", "It returned a {type}."),
    "not_the_tuple": Text(
        "({parts})의 튜플을 돌려주어야 하는데 {got}이(가) 왔습니다.",
        "It should return the tuple ({parts}); what came was {got}.",
    ),
    "no_key": Text(
        "돌려준 dict에 {names}이(가) 없습니다.", "The returned dict lacks {names}."
    ),
    "not_fresh": Text(
        "돌려준 network가 이번 호출에서 새로 만든 student가 아닙니다. 부를 때마다 새로 만드세요.",
        "The returned network is no student that this call made. Make a new one at each call.",
    ),
    "not_trained": Text(
        "돌려준 student가 {name}(으)로 학습되지 않았습니다.",
        "The returned student was not trained by {name}.",
    ),
    "test_images": Text(
        "Test 이미지에서 측정한 값입니다. Validation 이미지에서 측정하세요.",
        "These numbers were measured on the test images. Measure on the validation images.",
    ),
    "no_tensor": Text(
        "텐서가 아니라 Python 수({type})를 돌려주었습니다. 텐서여야 역전파할 수 있습니다.",
        "It returned a plain number ({type}), no tensor; only a tensor can be differentiated.",
    ),
    "dtype": Text("결과의 자료형이 {dtype}입니다.", "The result is of type {dtype}."),
    "device": Text(
        "결과가 {wanted}이(가) 아니라 {device}에 있습니다.",
        "The result is on {device} instead of {wanted}.",
    ),
    "changed": Text(
        "입력 {names}의 값을 바꾸어 놓았습니다. in-place 연산을 피하세요.",
        "It changed the values of its inputs {names}. Avoid in-place operations.",
    ),
    "no_graph": Text(
        "결과에 계산 그래프가 없어 gradient를 구할 수 없습니다(detach, item, no_grad?).",
        "The result has no graph, so there is no gradient (detach, item, no_grad?).",
    ),
    "no_backward_shape": Text(
        "결과의 shape {shape}이(가) 달라 gradient를 비교할 수 없습니다.",
        "The result's shape {shape} is another one, so the gradient cannot be compared.",
    ),
    "backward": Text(
        "역전파가 실패했습니다({message}). 함수 안에서 backward를 불렀나요?",
        "The backward pass failed ({message}). Did the function call backward itself?",
    ),
    "not_a_module": Text(
        "인스턴스가 nn.Module이 아니라 {type}입니다.", "The instance is a {type}, not an nn.Module."
    ),
    "varies": Text(
        "eval 모드인데도 같은 이미지를 두 번 넣으면 결과가 다릅니다.",
        "Even in eval mode, the same images give other results the second time.",
    ),
    "dropout_place": Text(
        "train 모드에서 hidden unit이 0이 되거나 모두 같은 배수로 커져야 하는데 그렇지 않습니다.",
        "In train mode a hidden unit should become 0, or grow by one and the same factor.",
    ),
    "no_number": Text(
        "Python float가 아니라 {type}를 돌려주었습니다.",
        "It returned a {type} instead of a Python float.",
    ),
    "unbacked": Text(
        "형식은 맞지만 아직 맞는 값이 하나도 없습니다. 값이 맞기 시작하면 이 항목도 점수가 됩니다.",
        "The form is right, but no value is yet; it counts as soon as one of them is.",
    ),
    "undefined": Text(
        "{names}이(가) 정의되어 있지 않습니다.", "Not defined: {names}."
    ),
    "other_layers": Text(
        "{name}의 층이 문제에서 정한 것과 다릅니다. 그 실습의 결과를 먼저 확인하세요.",
        "The layers of {name} are not those that its exercise asks for. See what it reports.",
    ),
    "elsewhere": Text(
        "학습된 weight가 주어진 초기값에서 출발하지 않았습니다.",
        "The trained weights did not start from the initial ones that were given.",
    ),
    "weights_not_finite": Text(
        "학습된 weight {name}에 NaN 또는 inf가 있습니다.",
        "There is a NaN or an infinity in the trained weight {name}.",
    ),
    "too_large": Text("결과가 너무 큽니다.", "The result is too large."),
    "no_data": Text(
        "결과에 숫자, 글자, 텐서가 아닌 것이 들어 있습니다.",
        "The result holds something else than numbers, text and tensors.",
    ),
    "silent": Text(
        "Kernel이 대답하지 않았습니다. 앞의 셀에서 kernel이 멈추었거나 실행 방식이 바뀌었습니다.",
        "The kernel did not answer. An earlier cell stopped it, or changed how it runs code.",
    ),
    "malformed": Text(
        "Kernel의 대답을 읽을 수 없습니다({message}).",
        "The kernel's answer cannot be read ({message}).",
    ),
    "died": Text(
        "Kernel이 멈추었습니다. 메모리를 너무 많이 썼거나 프로세스를 끝냈습니다.",
        "The kernel died. It used too much memory, or ended its own process.",
    ),
    "absent": Text("{name}을(를) 관찰할 수 없었습니다.", "{name} could not be observed."),
}

DIFFERENCES = {
    "value": Text("값이 다릅니다.", "The values differ."),
    "zero": Text("모두 0입니다.", "It is zero everywhere."),
    "not_finite": Text("NaN 또는 inf가 나왔습니다.", "There is a NaN or an infinity."),
    "shape": Text(
        "shape이 {expected}이어야 하는데 {got}입니다.",
        "The shape is {got}, but should be {expected}.",
    ),
    "layers": Text(
        "빠진 parameter: {missing}. 남는 parameter: {extra}.",
        "Missing parameters: {missing}. Extra parameters: {extra}.",
    ),
}

ENTRIES = {
    "value": Text("반환값", "the returned value"),
    "shape": Text("반환값의 shape", "the shape of the returned value"),
    "form": Text("반환값의 형식", "the form of the returned value"),
    "inputs": Text("입력 보존", "the inputs afterwards"),
    "gradient": Text("{of}에 대한 gradient", "the gradient with respect to {of}"),
    "mode": Text("호출 뒤 {of}의 모드", "the mode of {of} after the call"),
    "passes": Text("train 모드에서 {of}을(를) 실행한 횟수", "how often {of} was run in train mode"),
    "layers": Text("층의 shape", "the shapes of the layers"),
    "network": Text("돌려준 {of}의 출력", "the output of the returned {of}"),
    "dropout": Text("dropout의 효과", "what dropout does"),
}

FIRST_PLACE = Text("처음 다른 위치: {place}.", "First differing place: {place}.")
NUMBERS = Text(
    "기대한 값 {expected:.6g}, 나온 값 {got:.6g}.", "Expected {expected:.6g}, got {got:.6g}."
)
RATIO = Text(
    "나온 값은 기대한 값의 {ratio:.4g}배입니다.",
    "What came is {ratio:.4g} times what was expected.",
)
OPPOSITE = Text("부호가 반대입니다.", "The sign is the opposite.")
LIKELY = Text("예상되는 원인:", "Likely cause:")
WHERE = Text("작성한 셀의 {line}번째 줄: {source}", "Line {line} of your cell: {source}")
INPUTS = Text("시험한 입력: {inputs}", "Tried with: {inputs}")
NO_GPU_GRADED = Text(
    "채점할 때는 GPU를 쓰는 코드도 CPU에서 실행되므로 이것으로 점수를 잃지는 않습니다.",
    "When grading, code that asks for a GPU runs on the CPU: this costs no points.",
)
EXPECTED = Text("기대한 값", "expected")
GOT = Text("나온 값", "what came")
PASSED = Text("점검 {of}개 중 {passed}개 통과", "{passed} of {of} checks passed")
NEXT_HINT = Text("다음 힌트 {number}/{of}", "Next hint, {number} of {of}")
NO_HINT = Text("힌트는 여기까지입니다.", "There are no more hints.")
NO_SELF_CHECK = Text(
    "{id}에는 자가 점검이 없습니다. 자가 점검이 있는 문제: {valid}.",
    "There is no self-check for {id}. There are self-checks for: {valid}.",
)
OWN_FAULT = Text(
    "자가 점검 도구 자체의 오류입니다({error}). 점수와는 관계없으니 조교에게 알려 주세요.",
    "The self-check itself failed ({error}). This says nothing about your work; tell your "
    "instructor.",
)
