// The colours of the course, as Python gives them (viz/style.py): one meaning, one colour.
const { facts } = DATA;
const ANCHOR = facts.steps.anchor,
  PROPOSAL = facts.steps.proposal,
  DETECTION = facts.steps.detection;
const MISSED = facts.missed;
const DOTTED = { "stroke-dasharray": "4 3" }; // dotted is before, solid is after
const LEVELS = ["P2", "P3", "P4", "P5", "P6"];
const MAPS = ["C2", "C3", "C4", "C5", ...LEVELS];
const STRIDE = { C2: 4, C3: 8, C4: 16, C5: 32, P2: 4, P3: 8, P4: 16, P5: 32, P6: 64 };

const levelColour = (name) => facts.levels[name];
const classColour = (classId) => facts.classes[classId];
const className = (classId) => DATA.settings.class_names[classId];

/** The 256 colours of heat maps as numbers [r, g, b]. */
const HEAT = Array.from({ length: 256 }, (_, i) =>
  [0, 2, 4].map((at) => parseInt(facts.heat.slice(6 * i + at, 6 * i + at + 2), 16)),
);

/** The colour of a part, 0 to 1, of the largest value. */
const heat = (part) => HEAT[Math.round(255 * clamp(part, 0, 1))];
