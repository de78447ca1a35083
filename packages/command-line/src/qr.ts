import { type Bitmap2D, correction, generate } from 'lean-qr'
import { toPngBuffer } from 'lean-qr/extras/node_export'
import { toSvgSource } from 'lean-qr/extras/svg'

/** Light modules around a code, without which it is not found (ISO/IEC 18004 section 6.3.8). */
const QUIET = 4
/** Text blocks for two modules, one above the other, by which of them are dark; for light letters on a dark ground as for dark ones on a light ground, colours are set. */
const HALVES = ['\u2588', '\u2580', '\u2584', ' ']
const LIGHT_ON_DARK = '\x1b[97;40m'
const PLAIN = '\x1b[0m'

/** More correction only makes a code larger, and a screen has no scratches. */
const codeOf = (text: string): Bitmap2D => generate(text, { minCorrectionLevel: correction.L, maxCorrectionLevel: correction.M })

/** The QR code of a text as an SVG document. */
export const qrSvg = (text: string): string => toSvgSource(codeOf(text), { pad: QUIET })

/** Pixels of a module: a code of version 20 is then as wide as a screen is high. */
const SCALE = 8

/** The QR code of a text as a PNG image, black on white. */
export const qrPng = (text: string): Uint8Array =>
  toPngBuffer(codeOf(text), { on: [0, 0, 0], off: [255, 255, 255], pad: QUIET, scale: SCALE })

/** The QR code of a text for a terminal, two modules in a letter. */
export function qrTerminal(text: string): string {
  const code = codeOf(text)
  const lines: string[] = []
  for (let y = -QUIET; y < code.size + QUIET; y += 2) {
    let line = ''
    for (let x = -QUIET; x < code.size + QUIET; x++) line += HALVES[(code.get(x, y) ? 2 : 0) + (code.get(x, y + 1) ? 1 : 0)]
    lines.push(LIGHT_ON_DARK + line + PLAIN)
  }
  return lines.join('\n')
}
