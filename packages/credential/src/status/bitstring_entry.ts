export const BITSTRING_ENTRY = 'BitstringStatusListEntry'
