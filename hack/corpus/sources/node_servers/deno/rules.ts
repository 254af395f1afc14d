export function loadRules(dir?: string): string[] {
  if (!dir) return ["default"];
  return [...Deno.readDirSync(dir)].map((e) => Deno.readTextFileSync(`${dir}/${e.name}`));
}
