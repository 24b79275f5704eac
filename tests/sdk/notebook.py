"""How the public SDK changes a model's code, in our own words."""


def edited(lines: list[str], name: str, body: list[str]) -> list[str]:
    """A client's edit: the body of one method gives way to another one, line by line.

    It finds the method by the text of its `def`, drops what follows until a line that is not blank stands as far left
    as that `def`, or the file's last line comes, and puts the new lines there, four spaces deeper.
    """
    start = next(number for number, line in enumerate(lines) if f"def {name}(self)" in line)
    depth = len(lines[start]) - len(lines[start].lstrip())

    def ends(number: int) -> bool:
        line = lines[number]
        left = len(line) > 1 and len(line) - len(line.lstrip()) == depth
        return left or number == len(lines) - 1

    end = next(number for number in range(start + 1, len(lines)) if ends(number))
    return [*lines[: start + 1], *(" " * 4 + line + "\n" if line else "\n" for line in body), *lines[end:]]
