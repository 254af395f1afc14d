export const total = (a) => a.reduce((x, y) => x + y, 0);
