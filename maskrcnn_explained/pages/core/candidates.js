// The candidates of both rounds of NMS: which boxes won, and which box dropped each other one.
//
// Candidates are {source, group, boxes, scores, rank, suppressor, iou, won}, one row per box, those
// of one group in descending order of score:
//   source: the anchor (of RPN candidates) or the RoI (of detection candidates);
//   group: level 0..4 (0 for all, if levels are joined), or class id: only these compete;
//   boxes, scores; rank: place within the group, from 0;
//   suppressor: the candidate that dropped this one, -1 for none; iou: how much the two overlap;
//   won: the proposal or detection that the candidate became, -1 for none.

import {concatenate, placesWhere, round32} from "./arrays.js";
import {iouOfPair} from "./boxes.js";

// Which winner dropped each box in NMS. boxes: in descending order of score; kept: the winners.
export function suppressors(boxes, kept, iouThreshold, groups = null) {
  const number = boxes.length / 4;
  const threshold = round32(iouThreshold);
  const suppressor = new Int32Array(number).fill(-1), overlap = new Float32Array(number);
  const winners = new Set(kept);
  for (let place = 0; place < number; place++) {
    if (winners.has(place)) continue;
    for (const winner of kept) {
      if (winner > place) break;
      if (groups && groups[winner] !== groups[place]) continue;
      const common = iouOfPair(boxes, winner, boxes, place);
      if (common > threshold) {
        suppressor[place] = winner;
        overlap[place] = common;
        break;
      }
    }
  }
  return {suppressor, iou: overlap};
}

// The candidates of all groups in one list. A suppressor becomes a place among all of them.
export function joinCandidates(groups) {
  let start = 0;
  const suppressor = [];
  for (const group of groups) {
    const first = start;
    suppressor.push(group.suppressor.map((place) => (place >= 0 ? place + first : -1)));
    start += group.source.length;
  }
  const joined = (name, Kind) => concatenate(groups.map((group) => group[name]), Kind);
  return {
    source: joined("source", Int32Array),
    group: joined("group", Int32Array),
    boxes: joined("boxes", Float32Array),
    scores: joined("scores", Float32Array),
    rank: joined("rank", Int32Array),
    suppressor: concatenate(suppressor, Int32Array),
    iou: joined("iou", Float32Array),
    won: joined("won", Int32Array),
  };
}

// The candidate that became this proposal or detection.
export function winnerOf(candidates, won) {
  return candidates.won.indexOf(won);
}

// The candidates that this one dropped.
export function droppedBy(candidates, place) {
  return placesWhere(candidates.suppressor, (suppressor) => suppressor === place);
}
