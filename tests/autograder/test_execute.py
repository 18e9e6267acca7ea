"""What a submission's kernel gets, and what happens to cells that hang, die or shout."""

from autograder.execute import ExecuteSubmission, room_environment


def test_the_kernel_gets_settings_and_no_secrets():
    outside = {
        "KDLAB_DATASET": "digits-m",
        "KDLAB_COURSE_SECRET": "x" * 40,
        "KDLAB_DATA_ROOT": "/somewhere",
        "KDLAB_RELEASE_LANGUAGE": "ko",
        "OMP_NUM_THREADS": "1",
        "LANG": "ko_KR.UTF-8",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "KDLAB_DATA_URL": "",
    }
    assert room_environment(outside) == {
        "KDLAB_PROFILE": "grading",
        "KDLAB_DATASET": "digits-m",
    }


def test_the_instructors_choice_of_profile_stays():
    assert room_environment({"KDLAB_PROFILE": "full"}) == {"KDLAB_PROFILE": "full"}


def test_no_tag_that_a_student_could_guess_skips_a_cell():
    tags = {ExecuteSubmission().skip_cells_with_tag for _ in range(3)}
    assert len(tags) == 3
    assert "skip-execution" not in tags
