// Lets an editor draw the parts of a picture that are to be blurred; each drawn one fills a row of numbers, which do without it.

const LEAST = 1; // percent: less is a touch and no rectangle
const NAMES = ["x", "y", "width", "height"];

for (const form of document.querySelectorAll("[data-blur]")) {
  const image = form.querySelector("[data-drawing] img");
  const canvas = document.createElement("canvas");
  const hint = document.createElement("p");
  hint.className = "help";
  hint.textContent = form.dataset.blur;
  canvas.className = "whole";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", image.alt);
  const rows = [...form.querySelectorAll("fieldset")].map((row) => ({
    row,
    fields: NAMES.map((name) => row.querySelector(`[name$="-${name}"]`)),
  }));
  let begun = null;

  const numbers = ({ fields }) => fields.map(({ value }) => (value === "" ? NaN : Number(value)));
  const isEmpty = ({ fields }) => fields.every(({ value }) => value === "");
  const draw = (open) => {
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    pen.lineWidth = Math.max(2, canvas.width / 300);
    for (const [x, y, width, height] of [...rows.map(numbers), ...(open ? [open] : [])]) {
      if (![x, y, width, height].every(Number.isFinite)) continue;
      const box = [(x * canvas.width) / 100, (y * canvas.height) / 100, (width * canvas.width) / 100, (height * canvas.height) / 100];
      pen.fillStyle = "rgb(0 0 0 / 45%)";
      pen.fillRect(...box);
      pen.strokeStyle = "white";
      pen.strokeRect(...box);
    }
  };
  const at = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const within = (value) => Math.min(100, Math.max(0, value));
    return [within(((clientX - left) / width) * 100), within(((clientY - top) / height) * 100)];
  };
  const between = ([x, y], [otherX, otherY]) => [Math.min(x, otherX), Math.min(y, otherY), Math.abs(x - otherX), Math.abs(y - otherY)];
  const begin = () => {
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.style.touchAction = "none";
    image.replaceWith(canvas);
    canvas.before(hint);
    for (const one of rows) one.row.hidden = one.row.matches("[data-more]") && isEmpty(one) && !one.row.querySelector(".error, [aria-invalid]");
    draw();
  };

  canvas.addEventListener("pointerdown", (event) => {
    begun = at(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => begun && draw(between(begun, at(event))));
  canvas.addEventListener("pointercancel", () => {
    begun = null;
    draw();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!begun) return;
    const drawn = between(begun, at(event));
    begun = null;
    const free = rows.find(isEmpty);
    if (free && drawn[2] >= LEAST && drawn[3] >= LEAST) {
      free.fields.forEach((field, number) => (field.value = drawn[number].toFixed(1)));
      free.row.hidden = false;
      const next = rows.find(isEmpty);
      if (next) next.row.hidden = false;
    }
    draw();
  });
  form.addEventListener("input", () => draw());
  if (image.complete) begin();
  else image.addEventListener("load", begin, { once: true });
}
