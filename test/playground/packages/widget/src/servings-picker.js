export function servingsPicker(servings, onChange) {
  const input = document.createElement('input');
  input.type = 'number';
  input.min = '1';
  input.value = String(servings);
  input.addEventListener('change', () => onChange(Number(input.value)));
  return input;
}
