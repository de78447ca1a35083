import type { Json, JsonObject } from '@symbolon/sd-jwt'

/** Changes one place of one file: the last step is set, removed (undefined), or appended to a list (`+`). */
export const edit =
  (file: string, path: (string | number)[], value: Json | undefined) =>
  (files: Record<string, JsonObject>): void => {
    let at = files as unknown as Record<string | number, Json>
    for (const step of [file, ...path.slice(0, -1)]) at = at[step] as unknown as Record<string | number, Json>
    const last = path.at(-1) ?? ''
    if (last === '+') (at as unknown as Json[]).push(value as Json)
    else if (value === undefined) delete at[last]
    else at[last] = value
  }
