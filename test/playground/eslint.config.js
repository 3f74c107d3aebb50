import { kitchenStyle } from '@kitchen/style';

export default kitchenStyle;
