// The marks of the page, drawn for the map: the form says the same as the colour.

/** The form of each tone, and the colour of the palette that it is drawn in. */
const TONES = {
  met: { shape: "head", colour: "met" },
  unmet: { shape: "split", colour: "unmet" },
  unknown: { shape: "ring", colour: "unknown" },
  place: { shape: "diamond", colour: "soft" },
};
const BOX = 24;
const RATIO = 3;
const TILT = (-20 * Math.PI) / 180;

const SHAPES = {
  head(brush, colour, ground) {
    ellipse(brush);
    paint(brush, colour, ground, 1.2);
  },
  split(brush, colour, ground) {
    SHAPES.head(brush, colour, ground);
    brush.rotate(TILT);
    brush.fillStyle = ground;
    brush.fillRect(-1.3, -7, 2.6, 14);
  },
  ring(brush, colour, ground) {
    ellipse(brush, 7.2, 5.1);
    paint(brush, ground, colour, 2.4);
  },
  diamond(brush, colour, ground) {
    brush.beginPath();
    for (const [x, y] of [[0, -7], [7, 0], [0, 7], [-7, 0]]) brush.lineTo(x, y);
    brush.closePath();
    paint(brush, colour, ground, 1.2);
  },
};

/** The name of the image for a point of a tone, whose shape may differ from the tone's own. */
export function markName(tone, shape) {
  const known = tone in TONES ? tone : "place";
  return `${known}-${shape in SHAPES ? shape : TONES[known].shape}`;
}

/** Puts all images into a map, or anew in other colours. */
export function putMarks(map, colours) {
  for (const [tone, { colour }] of Object.entries(TONES)) {
    for (const [shape, draw] of Object.entries(SHAPES)) {
      put(map, `${tone}-${shape}`, BOX, (brush) => {
        brush.translate(BOX / 2, BOX / 2);
        draw(brush, colours[colour], colours.raised);
      });
    }
  }
  put(map, "hatch", 8, (brush) => {
    brush.strokeStyle = colours.unknown;
    brush.globalAlpha = 0.6;
    brush.lineWidth = 1.2;
    for (const shift of [-8, 0, 8]) {
      brush.beginPath();
      brush.moveTo(shift - 1, 9);
      brush.lineTo(shift + 9, -1);
      brush.stroke();
    }
  });
}

function put(map, name, size, draw) {
  const canvas = Object.assign(document.createElement("canvas"), { width: size * RATIO, height: size * RATIO });
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  brush.scale(RATIO, RATIO);
  draw(brush);
  const image = brush.getImageData(0, 0, canvas.width, canvas.height);
  if (map.hasImage(name)) map.updateImage(name, image);
  else map.addImage(name, image, { pixelRatio: RATIO });
}

function ellipse(brush, across = 8, up = 5.7) {
  brush.beginPath();
  brush.ellipse(0, 0, across, up, TILT, 0, 2 * Math.PI);
}

function paint(brush, fill, stroke, width) {
  brush.fillStyle = fill;
  brush.strokeStyle = stroke;
  brush.lineWidth = width;
  brush.fill();
  brush.stroke();
}
